import { BytesError, Reader, type Writer } from "@branta/foundation-bytes";
import {
  applyTxn,
  type AuthRegistry,
  type DataTree,
  RequestRefusal,
  type Session,
  type TxnResult,
  type WriteRequest,
} from "@branta/zookeeper-engine";
import { ErrorCode, isCreateMode, isEphemeral, type MultiOp, OpCode, type TxnEntry } from "@branta/zookeeper-protocol";

import type { Client } from "./client.ts";
import type { PendingRead, QueuedWrite } from "./pending-queue.ts";
import { type ReadCounter, ReadRequests } from "./read-requests.ts";
import { beginReply, endReply, writeTxnReplyBody } from "./reply.ts";

/** What becomes of sessions that only this server knows. */
export interface LocalSessionRules {
  /** Whether they become everybody's when they need to (localSessionsUpgradingEnabled). */
  readonly canUpgrade: boolean;
  /** Makes the session everybody's: what is written after it finds it so. */
  upgrade(session: Session): void;
  /** Its client has closed it. */
  closed(session: Session): void;
}

export interface AnswersOptions<W extends object> {
  readonly tree: DataTree<W>;
  readonly auth: AuthRegistry;
  readonly readCounter: ReadCounter;
  /** A transaction was applied and its client, if it is one of ours, not answered yet. */
  onApplied(entry: TxnEntry, write: QueuedWrite | null, result: TxnResult): void;
  /** The tree's digest is not what the transaction foretold. */
  onDigestMismatch(zxid: number): void;
  readonly locals: LocalSessionRules;
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
    const client = write === null ? null : (write.client as W | null);
    if (client !== null && client.pending.peek() !== write) this.#answerBefore(client, write!);
    const result = applyTxn(this.#tree, entry);
    if (entry.digest !== null) this.#compare(entry.header.zxid, entry.digest.treeDigest);
    this.#options.onApplied(entry, write, result);
    if (client === null) return;
    client.pending.shift();
    this.#replyToWrite(client, write!, entry, result);
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

  /**
   * Whether a write of a session that only this server knows may go its way. Its end is nobody else's business; an ephemeral
   * node makes the session everybody's first, where that is allowed (Apache's checkUpgradeSession).
   */
  admitsLocal(client: W, session: Session, request: WriteRequest, xid: number, receivedAtMs: number): boolean {
    const { locals } = this.#options;
    const { type } = request;
    if (type === OpCode.closeSession) {
      const none = { bytes: NO_BYTES, start: 0, end: 0, authInfo: [], err: ErrorCode.Ok };
      this.read(client, { kind: "read", type, xid, ...none, receivedAtMs });
      return false;
    }
    if (!createsEphemeral(request)) return true;
    if (locals.canUpgrade) {
      locals.upgrade(session);
      return true;
    }
    this.refuse(client, type, xid, ErrorCode.EphemeralOnLocalSession, receivedAtMs);
    return false;
  }

  /**
   * Answers what a client asked for before its write, from the tree before it: a sync whose answer is still on its way has come
   * true when a later write has, and what was read behind it must not show that write.
   */
  #answerBefore(client: W, write: QueuedWrite): void {
    for (let head = client.pending.peek(); head !== write && head !== undefined; head = client.pending.peek()) {
      client.pending.shift();
      if (head.kind !== "write") this.#answerRead(client, head);
    }
  }

  #compare(zxid: number, foretold: bigint): void {
    const { fuzzyUpTo, znodes } = this.#tree;
    if (zxid > fuzzyUpTo && !znodes.digest.is(foretold)) this.#options.onDigestMismatch(zxid);
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
    const closes = err === ErrorCode.Ok && type === OpCode.closeSession;
    if (err === ErrorCode.Ok && !closes) err = this.#readBody(client, read, out);
    endReply(out, body ?? beginReply(out), xid, tree.lastProcessedZxid, err);
    client.replied(type, xid, tree.lastProcessedZxid, read.receivedAtMs, false);
    if (!closes) return;
    this.#options.locals.closed(session!);
    client.closeWhenFlushed();
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

function createsEphemeral(request: WriteRequest): boolean {
  if (request.type === OpCode.multi) return request.ops.some((op) => isEphemeralCreate(op));
  return isEphemeralCreate(request);
}

function isEphemeralCreate(op: WriteRequest | MultiOp): boolean {
  if (op.type !== OpCode.create && op.type !== OpCode.create2) return false;
  return isCreateMode(op.flags) && isEphemeral(op.flags);
}
