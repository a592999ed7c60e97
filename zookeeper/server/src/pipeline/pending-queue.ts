import type { WriteRequest } from "@branta/zookeeper-engine";
import type { ErrorCode, Id, TxnEntry } from "@branta/zookeeper-protocol";

import type { Client } from "./client.ts";
import { Fifo } from "./fifo.ts";

/** A write whose transaction is still to come: here, or from a leader. */
export interface QueuedWrite {
  readonly kind: "write";
  /** Null for the server's own (expired sessions, containers) and for those of other servers' clients. */
  readonly client: Client | null;
  /** The operation that was asked for; the transaction's type may be an error instead. */
  readonly type: number;
  readonly xid: number;
  /** What was asked for: for the audit log. */
  readonly request: WriteRequest;
  /** Monotonic milliseconds. */
  readonly receivedAtMs: number;
}

/** A write on its way through the log. */
export interface PendingWrite extends QueuedWrite {
  readonly entry: TxnEntry;
}

/** A read that came behind a write of the same client and must not overtake it. */
export interface PendingRead {
  /** A `sync` waits for its leader, and is a read like any other from then on. */
  kind: "read" | "sync";
  readonly type: number;
  readonly xid: number;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  readonly authInfo: readonly Id[];
  /** Set where the answer is known to be this error. */
  readonly err: ErrorCode;
  readonly receivedAtMs: number;
}

/** A client's requests in order, from its oldest unfinished write on. Empty for most clients most of the time. */
export class PendingQueue extends Fifo<QueuedWrite | PendingRead> {}
