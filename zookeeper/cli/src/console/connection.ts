import { type ConnectOptions, isConnected, isOver, type SessionState, ZooKeeper } from "@branta/zookeeper-client";
import { ErrorCode, errorMessage } from "@branta/zookeeper-protocol";
import { ConsoleError } from "./console-error.ts";
import { FirstRound } from "./first-round.ts";

/** How to reach a service. */
export interface ConnectionSettings {
  readonly timeoutMs: number;
  readonly readOnly: boolean;
  /** Waits out the timeout for a first connection, instead of giving up when all servers have been tried. */
  readonly waitForConnection: boolean;
  /** TLS and identities. */
  readonly client: Pick<ConnectOptions, "tls" | "sasl" | "auth">;
}

const STATE_NAMES: Record<SessionState, string> = {
  connecting: "CONNECTING",
  connected: "CONNECTED",
  connectedReadOnly: "CONNECTEDREADONLY",
  suspended: "CONNECTING",
  expired: "CLOSED",
  authFailed: "AUTH_FAILED",
  closed: "CLOSED",
};

/** The session a console works in. */
export class ConsoleConnection {
  /** As it was given: it stands in the prompt. */
  readonly server: string;
  readonly zk: ZooKeeper;
  readonly #settings: ConnectionSettings;
  readonly #round: FirstRound;

  private constructor(server: string, settings: ConnectionSettings, onState: (state: SessionState) => void) {
    this.server = server;
    this.#settings = settings;
    this.#round = new FirstRound(server);
    this.zk = ZooKeeper.open(server, {
      ...settings.client,
      sessionTimeoutMs: settings.timeoutMs,
      readOnly: settings.readOnly,
      retryReads: false,
      lookup: this.#round.lookup,
    });
    this.zk.onState((state) => {
      if (isConnected(state)) this.#round.restart();
      onState(state);
    });
  }

  /** Begins to connect. @throws ZooKeeperError InvalidArgument if `server` is no connection string */
  static open(server: string, settings: ConnectionSettings, onState: (state: SessionState) => void): ConsoleConnection {
    return new ConsoleConnection(server, settings, onState);
  }

  /** The state as the prompt shows it. */
  get stateName(): string {
    return STATE_NAMES[this.zk.state];
  }

  get isAlive(): boolean {
    return !isOver(this.zk.state);
  }

  /**
   * Waits for a connection.
   *
   * @param path the node a command is about, for the words of the refusal
   * @throws ConsoleError refused when all servers have been tried, or the timeout has passed
   */
  async ready(path?: string): Promise<void> {
    if (isConnected(this.zk.state)) return;
    const stop = new AbortController();
    const connected = this.zk.connected({ signal: stop.signal, timeoutMs: this.#settings.timeoutMs });
    const failed = this.#settings.waitForConnection ? connected : this.#round.failed;
    try {
      if ((await Promise.race([connected, failed])) === "failed") throw new Error("no server answers");
    } catch (error) {
      stop.abort();
      connected.catch(() => {});
      if (this.isAlive) throw new ConsoleError("refused", lossOf(path), { cause: error });
      throw error;
    }
  }
}

function lossOf(path: string | undefined): string {
  return errorMessage(ErrorCode.ConnectionLoss, path);
}
