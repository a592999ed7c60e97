/** What a client asked for, as far as the checks need to know. */
export type Call =
  | { readonly kind: "set"; readonly path: string; readonly value: string; /** -1: any. */ readonly version: number }
  | { readonly kind: "sequential"; readonly value: string }
  | { readonly kind: "create"; readonly path: string; readonly owner: bigint }
  | { readonly kind: "delete"; readonly path: string };

/** How it was answered. */
export type Answer =
  | {
      readonly kind: "done";
      readonly zxid: number;
      /** Of a set. */ readonly version: number;
      /** Of a create. */ readonly path: string;
    }
  /** A set whose version was not the register's. */
  | { readonly kind: "badVersion"; readonly zxid: number };

/** One write as its client saw it. Times are milliseconds of one clock. */
export interface Write {
  readonly client: number;
  readonly call: Call;
  readonly calledAt: number;
  /** Null if no answer came: it may or may not have taken place, at any time after the call. */
  answer: Answer | null;
  /** Infinity if no answer came. */
  returnedAt: number;
}

/** A read behind a sync of its own, as its client saw it. */
export interface SyncedRead {
  readonly client: number;
  readonly path: string;
  /** Before the sync. */
  readonly calledAt: number;
  readonly returnedAt: number;
  readonly value: string;
  readonly version: number;
}

/** Everything that clients did in one round. */
export class History {
  readonly writes: Write[] = [];
  readonly syncedReads: SyncedRead[] = [];
  /** Broken promises that clients noticed themselves. */
  readonly broken: string[] = [];
  /** Sessions that ended, by the client's wish or without it: what they owned must go. */
  readonly endedSessions = new Set<bigint>();
  reads = 0;

  /** Notes a write that is about to be sent. */
  begin(client: number, call: Call): Write {
    const write: Write = { client, call, calledAt: performance.now(), answer: null, returnedAt: Infinity };
    this.writes.push(write);
    return write;
  }
}
