import { BytesError, Reader, type Writer } from "@branta/foundation-bytes";
import { applyTxn, type AuthRegistry, type DataTree, RequestRefusal, type TxnResult } from "@branta/zookeeper-engine";
import { ErrorCode, OpCode, type TxnEntry } from "@branta/zookeeper-protocol";

import type { Client } from "./client.ts";
import type { PendingRead, QueuedWrite } from "./pending-queue.ts";
import { type ReadCounter, ReadRequests } from "./read-requests.ts";
import { beginReply, endReply, writeTxnReplyBody } from "./reply.ts";

export interface AnswersOptions<W extends object> {
  readonly tree: DataTree<W>;
  readonly auth: AuthRegistry;
  readonly readCounter: ReadCounter;
  /** A transaction was applied and its client, if it is one of ours, not answered yet. */
  onApplied(entry: TxnEntry, write: QueuedWrite | null, result: TxnResult): void;
  /** The tree's digest is not what the transaction foretold. */
  onDigestMismatch(zxid: number): void;
}

const NO_BYTES = Buffer.alloc(0);

/** The end of every request's way, the same for all roles: transactions go into the tree, replies into clients' outputs. */
export class Answers<W extends object & Client> {
  readonly #options: AnswersOptions<W>;
  readonly #tree: DataTree<W>;
  readonly #reads: ReadRequests<W>;
  readonly #reader = new Reader(NO_BYTES);

  constructor(options: AnswersOptions<W>) {
    this.#options = options;
    this.#tree = options.tree;
    this.#reads = new ReadRequests(options.tree, options.auth, options.readCounter);
  }

  /** Applies a committed transaction and answers the client that asked for it, if it is here. */
  apply(entry: TxnEntry, write: QueuedWrite | null): void {
    const result = applyTxn(this.#tree, entry);
    const { digest, header } = entry;
    if (digest !== null && header.zxid > this.#tree.fuzzyUpTo && !this.#tree.znodes.digest.is(digest.treeDigest)) {
      this.#options.onDigestMismatch(header.zxid);
    }
    this.#options.onApplied(entry, write, result);
    if (write === null || write.client === null) return;
    const client = write.client as W;
    // What a client asked for with sync has come true when a later write of its has.
    for (let head = client.pending.peek(); head !== write && head !== undefined; head = client.pending.peek()) {
      client.pending.shift();
      if (head.kind !== "write") this.#answerRead(client, head);
    }
    client.pending.shift();
    this.#replyToWrite(client, write, entry, result);
    this.answerWaiting(client);
  }

  /** Answers a read, now or after what its client asked for before. */
  read(client: W, read: PendingRead): void {
    if (client.pending.size === 0 && read.kind === "read") this.#answerRead(client, read);
    else client.pending.push(read);
  }

  /** Answers a request with an error, in its turn. */
  refuse(client: W, type: number, xid: number, err: ErrorCode, receivedAtMs: number): void {
    const none = { bytes: NO_BYTES, start: 0, end: 0, authInfo: [] };
    this.read(client, { kind: "read", type, xid, ...none, err, receivedAtMs });
  }

  /** Answers the reads that nothing of their client stands before any more. */
  answerWaiting(client: W): void {
    for (let next = client.pending.peek(); next?.kind === "read"; next = client.pending.peek()) {
      client.pending.shift();
      this.#answerRead(client, next);
    }
  }

  #replyToWrite(client: Client, write: QueuedWrite, entry: TxnEntry, result: TxnResult): void {
    const { type, xid } = write;
    if (type === OpCode.createSession) {
      client.sessionCreated();
      client.replied(type, xid, entry.header.zxid, write.receivedAtMs, true);
      return;
    }
    if (result.err === ErrorCode.SessionMoved) {
      // Which of its connections the client is on now, it knows better: this one gets no answer but its end (ZOOKEEPER-710).
      client.replied(type, xid, entry.header.zxid, write.receivedAtMs, true);
      client.closeWhenFlushed();
      return;
    }
    const out = client.output();
    const at = beginReply(out);
    // A failed multi is answered with Ok and a list of failures.
    const err = type === OpCode.multi && result.results !== null ? ErrorCode.Ok : result.err;
    if (err === ErrorCode.Ok) writeTxnReplyBody(out, this.#tree, result);
    endReply(out, at, xid, entry.header.zxid, err);
    const shownType = entry.txn.type === OpCode.error ? OpCode.error : type;
    client.replied(shownType, xid, entry.header.zxid, write.receivedAtMs, true);
    if (type === OpCode.closeSession) client.closeWhenFlushed();
  }

  #answerRead(client: W, read: PendingRead): void {
    const tree = this.#tree;
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
