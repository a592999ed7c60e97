import { BytesError, Reader, Writer } from "@branta/foundation-bytes";
import type { Clock } from "@branta/foundation-runtime";
import {
  applyTxn,
  type AuthRegistry,
  type DataTree,
  RequestRefusal,
  type RequestPreparer,
  type TxnResult,
  type WriteRequest,
} from "@branta/zookeeper-engine";
import { ErrorCode, type Id, OpCode, txnEntry } from "@branta/zookeeper-protocol";

import type { Client } from "./client.ts";
import type { PendingRead, PendingWrite } from "./pending-queue.ts";
import { type ReadCounter, ReadRequests } from "./read-requests.ts";
import { beginReply, endReply, writeTxnReplyBody } from "./reply.ts";
import type { StampClock } from "./stamp-clock.ts";
import { decodeWrite, isWrite } from "./write-requests.ts";

/** Where transactions become durable: whoever holds it later reports zxids to {@link RequestPipeline.committed}. */
export interface TransactionSink {
  /** Copies the bytes at once. False: enough for now, until {@link RequestPipeline.drained}. */
  append(zxid: number, bytes: Buffer, start: number, end: number): boolean;
}

export interface PipelineOptions<W extends object> {
  readonly tree: DataTree<W>;
  readonly preparer: RequestPreparer<W>;
  readonly auth: AuthRegistry;
  readonly log: TransactionSink;
  readonly clock: Clock;
  readonly stamps: StampClock;
  readonly readCounter: ReadCounter;
  /** Writes in flight above which clients have to wait (globalOutstandingLimit). */
  readonly outstandingLimit: number;
  /** A transaction was applied and its client not answered yet. */
  onApplied(write: PendingWrite, result: TxnResult): void;
  /** The tree's digest is not what the transaction foretold. */
  onDigestMismatch(zxid: number): void;
  /** There may be room again for clients that were told to wait. */
  onReady(): void;
}

const NO_BYTES = Buffer.alloc(0);

/**
 * A request's way: decode → prepare → log → (durable) → apply → reply. Reads branch off at once, unless a write of the
 * same client is still on its way. Replies gather in each client's output; nothing here touches a socket.
 */
export class RequestPipeline<W extends object & Client> {
  readonly #options: PipelineOptions<W>;
  readonly #reads: ReadRequests<W>;
  readonly #reader = new Reader(Buffer.alloc(0));
  readonly #entry = new Writer(64 * 1024);
  #inFlight: PendingWrite[] = [];
  #firstInFlight = 0;
  #logIsFull = false;
  #intakeIsClosed = false;

  constructor(options: PipelineOptions<W>) {
    this.#options = options;
    this.#reads = new ReadRequests(options.tree, options.auth, options.readCounter);
  }

  /** Writes that are prepared and not yet applied. */
  get outstanding(): number {
    return this.#inFlight.length - this.#firstInFlight;
  }

  /** Whether clients should send no more for the moment. */
  get isSaturated(): boolean {
    return this.#logIsFull || this.#intakeIsClosed || this.outstanding >= this.#options.outstandingLimit;
  }

  static isKnown(type: number): boolean {
    return isWrite(type) || ReadRequests.handles(type);
  }

  /** Takes a client's request. `bytes` from `start` to `end` is its body, and must stay as it is until the reply. */
  submit(client: W, type: number, xid: number, bytes: Buffer, start: number, end: number): void {
    const receivedAtMs = this.#options.stamps.nowMs();
    if (!isWrite(type)) {
      const { authInfo } = client;
      const read: PendingRead = {
        kind: "read",
        type,
        xid,
        bytes,
        start,
        end,
        authInfo,
        err: ErrorCode.Ok,
        receivedAtMs,
      };
      if (client.pending.size === 0) this.#answerRead(client, read);
      else client.pending.push(read);
      return;
    }
    try {
      this.#write(client, type, xid, decodeWrite(type, this.#reader.reset(bytes, start, end)), receivedAtMs);
    } catch (error) {
      if (!(error instanceof BytesError)) throw error;
      this.refuse(client, type, xid, ErrorCode.MarshallingError);
    }
  }

  /** Answers a request with an error, in its turn and without a transaction. */
  refuse(client: W, type: number, xid: number, err: ErrorCode): void {
    const receivedAtMs = this.#options.stamps.nowMs();
    const none = { bytes: NO_BYTES, start: 0, end: 0, authInfo: [] };
    const read: PendingRead = { kind: "read", type, xid, ...none, err, receivedAtMs };
    if (client.pending.size === 0) this.#answerRead(client, read);
    else client.pending.push(read);
  }

  /** Begins the session of a client that has none yet; the client is told when it is there. */
  createSession(client: W, sessionId: bigint, timeoutMs: number): void {
    const request: WriteRequest = { type: OpCode.createSession, timeOut: timeoutMs };
    this.#propose(client, OpCode.createSession, 0, request, sessionId, client.authInfo, this.#options.stamps.nowMs());
  }

  /** A write of the server itself, in the name of a session or, with 0n, of nobody. */
  submitOwn(request: WriteRequest, sessionId: bigint): void {
    this.#propose(null, request.type, 0, request, sessionId, [], this.#options.stamps.nowMs());
  }

  /** Everything up to this zxid is durable: applies it and writes the replies. */
  committed(zxid: number): void {
    while (this.#firstInFlight < this.#inFlight.length) {
      const write = this.#inFlight[this.#firstInFlight]!;
      if (write.entry.header.zxid > zxid) break;
      this.#firstInFlight++;
      this.#apply(write);
    }
    this.#options.preparer.applied(zxid);
    if (this.#firstInFlight === this.#inFlight.length) {
      this.#inFlight.length = 0;
      this.#firstInFlight = 0;
    } else if (this.#firstInFlight >= 4096) {
      this.#inFlight = this.#inFlight.slice(this.#firstInFlight);
      this.#firstInFlight = 0;
    }
    if (!this.isSaturated) this.#options.onReady();
  }

  /** From now on clients wait for ever: the server is about to stop. */
  closeIntake(): void {
    this.#intakeIsClosed = true;
  }

  /** The log takes more again. */
  drained(): void {
    this.#logIsFull = false;
    if (!this.isSaturated) this.#options.onReady();
  }

  #write(client: W, type: number, xid: number, request: WriteRequest, receivedAtMs: number): void {
    this.#propose(client, type, xid, request, client.session?.id ?? 0n, client.authInfo, receivedAtMs);
  }

  #propose(
    client: W | null,
    type: number,
    xid: number,
    request: WriteRequest,
    sessionId: bigint,
    authInfo: readonly Id[],
    receivedAtMs: number,
  ): void {
    const timeMs = this.#options.clock.wallMs();
    const session = client?.session ?? null;
    const entry = this.#options.preparer.prepare(request, { sessionId, session, cxid: xid, authInfo, timeMs });
    const write: PendingWrite = { kind: "write", client, type, xid, request, entry, receivedAtMs };
    this.#inFlight.push(write);
    client?.pending.push(write);
    const encoded = this.#entry;
    encoded.clear();
    txnEntry.encode(encoded, entry);
    if (!this.#options.log.append(entry.header.zxid, encoded.bytes, 0, encoded.length)) this.#logIsFull = true;
  }

  #apply(write: PendingWrite): void {
    const { tree } = this.#options;
    const { entry, client } = write;
    const result = applyTxn(tree, entry);
    if (entry.digest !== null && !tree.znodes.digest.is(entry.digest.treeDigest)) {
      this.#options.onDigestMismatch(entry.header.zxid);
    }
    this.#options.onApplied(write, result);
    if (client === null) return;
    client.pending.shift();
    this.#replyToWrite(client, write, result);
    this.#answerWaitingReads(client as W);
  }

  #replyToWrite(client: Client, write: PendingWrite, result: TxnResult): void {
    const { type, xid, entry } = write;
    if (type === OpCode.createSession) {
      client.sessionCreated();
      client.replied(type, xid, entry.header.zxid, write.receivedAtMs, true);
      return;
    }
    const out = client.output();
    const at = beginReply(out);
    // A failed multi is answered with Ok and a list of failures.
    const err = type === OpCode.multi && result.results !== null ? ErrorCode.Ok : result.err;
    if (err === ErrorCode.Ok) writeTxnReplyBody(out, this.#options.tree, result);
    endReply(out, at, xid, entry.header.zxid, err);
    const shownType = entry.txn.type === OpCode.error ? OpCode.error : type;
    client.replied(shownType, xid, entry.header.zxid, write.receivedAtMs, true);
    if (type === OpCode.closeSession) client.closeWhenFlushed();
  }

  #answerWaitingReads(client: W): void {
    for (let next = client.pending.peek(); next?.kind === "read"; next = client.pending.peek()) {
      client.pending.shift();
      this.#answerRead(client, next);
    }
  }

  #answerRead(client: W, read: PendingRead): void {
    const { tree } = this.#options;
    const { type, xid } = read;
    let { err } = read;
    const session = client.session;
    if (session === null || session.isClosing) err = ErrorCode.SessionExpired;
    const out = client.output();
    // Catch-up events of setWatches go into the same output, and must stand before the reply.
    const body = type === OpCode.setWatches || type === OpCode.setWatches2 ? null : beginReply(out);
    if (err === ErrorCode.Ok) err = this.#readBody(client, read, out);
    endReply(out, body ?? beginReply(out), xid, tree.lastProcessedZxid, err);
    client.replied(type, xid, tree.lastProcessedZxid, read.receivedAtMs, false);
  }

  #readBody(client: W, read: PendingRead, out: Writer): ErrorCode {
    const origin = { watcher: client, sessionId: client.session!.id, authInfo: read.authInfo };
    try {
      this.#reads.answer(read.type, this.#reader.reset(read.bytes, read.start, read.end), out, origin);
      return ErrorCode.Ok;
    } catch (error) {
      if (error instanceof RequestRefusal) return error.code;
      if (error instanceof BytesError) return ErrorCode.MarshallingError;
      throw error;
    }
  }
}
