import type { Writer } from "@branta/foundation-bytes";
import type { Session } from "@branta/zookeeper-engine";
import type { Id } from "@branta/zookeeper-protocol";

import type { PendingQueue } from "./pending-queue.ts";

/** What the request pipeline knows of a connection. */
export interface Client {
  /** Null until the handshake is done. */
  readonly session: Session | null;
  readonly authInfo: readonly Id[];
  /** Requests that wait for this client's own writes, and these. */
  readonly pending: PendingQueue;
  /** Where the next reply goes; it leaves at the end of the turn. */
  output(): Writer;
  /** A reply has been written: for statistics. Times are monotonic milliseconds. */
  replied(type: number, xid: number, zxid: number, receivedAtMs: number, isWrite: boolean): void;
  /** The transaction that created the client's session has been applied. */
  sessionCreated(): void;
  /** The client's session is over: what has been written still leaves, then the connection closes. */
  closeWhenFlushed(): void;
}
