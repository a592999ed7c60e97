import type { AuthRegistry, DataTree, SaslServer, Session } from "@branta/zookeeper-engine";
import type { ConnectRequest } from "@branta/zookeeper-protocol";
import type { Clock } from "@branta/foundation-runtime";

import type { FourLetterWord } from "../config/four-letter-whitelist.ts";
import type { ServerMetrics } from "../operator/server-metrics.ts";
import type { ServerStats } from "../operator/server-stats.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { StampClock } from "../pipeline/stamp-clock.ts";
import type { LargeRequests } from "./large-requests.ts";
import type { OutputBuffers } from "./output-buffers.ts";
import type { RequestThrottle } from "./request-throttle.ts";
import type { ServerConnection } from "./server-connection.ts";

/** The sessions that connections have, as far as connections need to know. */
export interface ConnectedSessions {
  get(id: bigint): Session | undefined;
  /** The client has been heard, at this monotonic millisecond. */
  touch(session: Session, nowMs: number): void;
}

/** What a connection knows of the server it belongs to. */
export interface ConnectionHost {
  readonly pipeline: Pipeline<ServerConnection>;
  readonly sessions: ConnectedSessions;
  readonly tree: DataTree<ServerConnection>;
  readonly auth: AuthRegistry;
  readonly buffers: OutputBuffers;
  readonly clock: Clock;
  readonly stamps: StampClock;
  readonly stats: ServerStats;
  readonly metrics: ServerMetrics;
  /** Largest frame that is read, bytes (jute.maxbuffer). */
  readonly maxFrameBytes: number;
  /** Reads are served, and nothing else: no majority can be reached. */
  readonly isReadOnly: boolean;
  /** Null where no request counts as large. */
  readonly largeRequests: LargeRequests | null;
  /** Null where requests wait as long as they have to. */
  readonly requestThrottle: RequestThrottle | null;
  /** A state machine for one SASL exchange, or null where no credentials are configured. */
  newSaslServer(): SaslServer | null;
  /** The first frame of a connection: asks for a session. */
  connect(connection: ServerConnection, request: ConnectRequest): void;
  /** A four-letter word instead of a first frame. */
  fourLetterWord(connection: ServerConnection, word: FourLetterWord | "telnet close", payload: Buffer): void;
  /** The connection has something to write at the end of this turn. */
  willWrite(connection: ServerConnection): void;
  /** The connection has stopped reading because the pipeline is full. */
  waitForRoom(connection: ServerConnection): void;
  /** Writes what all connections have gathered: the turn is over. */
  flush(): void;
  closed(connection: ServerConnection): void;
  warn(message: string): void;
}
