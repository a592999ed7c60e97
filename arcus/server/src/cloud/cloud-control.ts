/** What clients may learn and change of a node's membership in its cloud: `ready`, `zkensemble`, `stats zookeeper`, `config`. */
export interface CloudControl {
  /** False for a node without -z, which belongs to no cloud. */
  readonly isConfigured: boolean;
  /** What `stats zookeeper` calls the coordination client. */
  readonly libraryVersion: string;
  /** Session timeout, ms: what was asked for until a server granted another. */
  readonly sessionTimeoutMs: number;
  /** Whether there is a session. It may be without a connection for the moment. */
  readonly isConnected: boolean;
  /** Whether clients of the cloud are sent here. */
  readonly isReady: boolean;
  /** Whether an expired session ends the process (`zkfailstop`); else the node pauses until `zkensemble rejoin`. */
  failStops: boolean;
  readonly heartbeat: HeartbeatSettings;
  /** The coordination servers, each followed by a space; null while there is no session. */
  ensemble(): string | null;
  /** Replaces the coordination servers, `host:port,host:port…`. Answers whether it could. */
  setEnsemble(list: string): boolean;
  /** Joins the cloud again after a pause. Answers whether it did; false, too, when it never left. */
  rejoin(): Promise<boolean>;
}

/** How a node watches itself, and what that showed. */
export interface HeartbeatSettings {
  /** A beat that takes longer has failed, ms; 0 without a cloud. */
  readonly timeoutMs: number;
  /** Failed beats in a row that took longer than this together end the process, ms; 0 is off. */
  readonly failStopMs: number;
  readonly count: number;
  /** What all beats took together, ms. */
  readonly latencyMs: number;
  /** Answers whether the value may be set. */
  setTimeoutMs(value: number): boolean;
  /** Answers whether the value may be set. */
  setFailStopMs(value: number): boolean;
}
