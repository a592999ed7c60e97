import { BytesError, Reader } from "@branta/foundation-bytes";
import type { Session, WriteRequest } from "@branta/zookeeper-engine";
import { ErrorCode, type ForwardedRequest, OpCode, txnEntry } from "@branta/zookeeper-protocol";

import { Answers, type AnswersOptions } from "../pipeline/answers.ts";
import type { Client } from "../pipeline/client.ts";
import type { PendingRead, QueuedWrite } from "../pipeline/pending-queue.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { StampClock } from "../pipeline/stamp-clock.ts";
import { decodeWrite, isWrite } from "../pipeline/write-requests.ts";
import { Fifo } from "../pipeline/fifo.ts";

export interface LearnerPipelineOptions<W extends object> extends AnswersOptions<W> {
  readonly stamps: StampClock;
  /** Writes at the leader above which clients have to wait (globalOutstandingLimit). */
  readonly outstandingLimit: number;
  /** There is no leader: what only one can do is refused. */
  readonly isReadOnly: boolean;
  /** Takes a request to the leader, in order. */
  forward(request: ForwardedRequest): void;
  /** There may be room again for clients that were told to wait. */
  onReady(): void;
}

/** A write that the leader was asked for. */
interface ForwardedWrite extends QueuedWrite {
  readonly sessionId: bigint;
}

interface PendingSync<W> {
  readonly client: W;
  readonly read: PendingRead;
}

/**
 * The way of a request on a learner: reads are answered here, writes go to the leader and come back as transactions. Those of
 * this server's clients come back in the order in which they were sent, among those of others (Apache's CommitProcessor).
 */
export class LearnerPipeline<W extends object & Client> implements Pipeline<W> {
  readonly #options: LearnerPipelineOptions<W>;
  readonly #answers: Answers<W>;
  readonly #reader = new Reader(Buffer.alloc(0));
  readonly #writes = new Fifo<ForwardedWrite>();
  readonly #syncs = new Fifo<PendingSync<W>>();
  #intakeIsClosed = false;

  constructor(options: LearnerPipelineOptions<W>) {
    this.#options = options;
    this.#answers = new Answers(options);
  }

  get outstanding(): number {
    return this.#writes.size;
  }

  get isSaturated(): boolean {
    return this.#intakeIsClosed || this.outstanding >= this.#options.outstandingLimit;
  }

  submit(client: W, type: number, xid: number, bytes: Buffer, start: number, end: number): void {
    const receivedAtMs = this.#options.stamps.nowMs();
    if (this.#options.isReadOnly && needsLeader(type)) {
      this.refuse(client, type, xid, ErrorCode.NotReadOnly);
      return;
    }
    if (!isWrite(type)) {
      const { authInfo } = client;
      const kind = type === OpCode.sync ? "sync" : "read";
      const read: PendingRead = { kind, type, xid, bytes, start, end, authInfo, err: ErrorCode.Ok, receivedAtMs };
      this.#answers.read(client, read);
      if (kind === "sync") {
        this.#syncs.push({ client, read });
        this.#forward(client, client.session!, type, xid, bytes.subarray(start, end));
      }
      return;
    }
    try {
      const request = decodeWrite(type, this.#reader.reset(bytes, start, end));
      const session = client.session!;
      if (session.isLocal && !this.#answers.admitsLocal(client, session, request, xid, receivedAtMs)) return;
      this.#write(client, request, session, type, xid, bytes.subarray(start, end), receivedAtMs);
    } catch (error) {
      // The leader would refuse it, too; a leader of another make might stumble.
      if (!(error instanceof BytesError)) throw error;
      this.refuse(client, type, xid, ErrorCode.MarshallingError);
    }
  }

  refuse(client: W, type: number, xid: number, err: ErrorCode): void {
    this.#answers.refuse(client, type, xid, err, this.#options.stamps.nowMs());
  }

  /** Asks for a session. The client, if there is one, is told when it is there. */
  createSession(client: W | null, session: Session): void {
    const { timeoutMs } = session;
    const body = Buffer.alloc(4);
    body.writeInt32BE(timeoutMs);
    const request: WriteRequest = { type: OpCode.createSession, timeOut: timeoutMs };
    this.#write(client, request, session, OpCode.createSession, 0, body, this.#options.stamps.nowMs());
  }

  /** Applies a committed transaction; `bytes` is a TxnEntry. The client that asked for it, if it is here, is answered. */
  committed(bytes: Buffer): void {
    const entry = txnEntry.decode(this.#reader.reset(bytes, 0, bytes.length));
    const { clientId, cxid } = entry.header;
    const next = this.#writes.peek();
    if (next === undefined || next.xid !== cxid || next.sessionId !== clientId) {
      this.#answers.apply(entry, null);
      return;
    }
    this.#writes.shift();
    this.#answers.apply(entry, next);
    if (!this.isSaturated) this.#options.onReady();
  }

  /** The leader's answer to the oldest sync has come. False: nobody waits for one. */
  synced(): boolean {
    const sync = this.#syncs.peek();
    if (sync === undefined) return false;
    this.#syncs.shift();
    sync.read.kind = "read";
    this.#answers.answerWaiting(sync.client);
    return true;
  }

  closeIntake(): void {
    this.#intakeIsClosed = true;
  }

  #write(
    client: W | null,
    request: WriteRequest,
    session: Session,
    type: number,
    xid: number,
    body: Buffer,
    receivedAtMs: number,
  ): void {
    const write: ForwardedWrite = { kind: "write", client, type, xid, request, receivedAtMs, sessionId: session.id };
    this.#writes.push(write);
    client?.pending.push(write);
    this.#forward(client, session, type, xid, body);
  }

  #forward(client: W | null, session: Session, type: number, cxid: number, body: Buffer): void {
    // A new session's ids are told with its first request; before that Apache's servers send none.
    const authInfo = client === null || type === OpCode.createSession ? [] : client.authInfo;
    this.#options.forward({ kind: "request", sessionId: session.id, cxid, type, body, authInfo });
  }
}

/** The end of a session is its server's business where there are only local ones. */
function needsLeader(type: number): boolean {
  return type === OpCode.sync || (isWrite(type) && type !== OpCode.closeSession);
}
