import {
  DIGEST_VERSION,
  ErrorCode,
  type MultiOp,
  type MultiRequest,
  NULL_TEXT,
  OpCode,
  type ReconfigRequest,
  type SubTxn,
  type Txn,
  type TxnDigest,
  type TxnEntry,
  type TxnHeader,
} from "@branta/zookeeper-protocol";

import type { AuthRegistry } from "../auth/index.ts";
import type { DataTree } from "../data-tree/data-tree.ts";
import type { SessionTracker } from "../session/session-tracker.ts";
import { checkSession, NodePreparer, type NodeRequest, type RequestOrigin } from "./node-preparer.ts";
import { OutstandingChanges } from "./outstanding-changes.ts";
import { RequestRefusal } from "./request-refusal.ts";

/** A request that changes something, as prepare sees it. */
export type WriteRequest =
  | NodeRequest
  | ({ readonly type: typeof OpCode.multi } & MultiRequest)
  | { readonly type: typeof OpCode.createSession; readonly timeOut: number }
  | { readonly type: typeof OpCode.closeSession }
  | ({ readonly type: typeof OpCode.reconfig } & ReconfigRequest)
  /** A body that could not be read, of an operation whose failure takes a zxid. */
  | { readonly type: typeof OpCode.error; readonly err: ErrorCode };

export interface PreparerOptions {
  readonly auth: AuthRegistry;
  readonly digestEnabled: boolean;
  readonly closeSessionTxnEnabled: boolean;
  readonly enforceQuota: boolean;
  readonly reconfigEnabled: boolean;
  /** Plans changes of the ensemble's members; left out by a server that has none. */
  readonly reconfigurer?: Reconfigurer;
}

/** Knows what the ensemble's members would be after a change. */
export interface Reconfigurer {
  /**
   * The configuration that a request leads to, as text; its version is the transaction's zxid.
   *
   * @throws RequestRefusal for a change that cannot be made, or not now
   */
  plan(request: ReconfigRequest, zxid: number): string;
}

/**
 * Turns requests into transactions: checks rights, versions and limits against the tree as it will be, and fixes
 * everything that could differ between servers (names, versions, times). Failures become transactions too.
 */
export class RequestPreparer<W extends object> {
  readonly #sessions: SessionTracker;
  readonly #options: PreparerOptions;
  readonly #changes: OutstandingChanges<W>;
  readonly #nodes: NodePreparer<W>;
  #zxid: number;

  constructor(tree: DataTree<W>, sessions: SessionTracker, options: PreparerOptions) {
    this.#sessions = sessions;
    this.#options = options;
    this.#changes = new OutstandingChanges(tree);
    this.#nodes = new NodePreparer(tree, this.#changes, options);
    this.#zxid = tree.lastProcessedZxid;
  }

  /** The zxid of the last transaction prepared. */
  get zxid(): number {
    return this.#zxid;
  }

  /** Forgets what has been applied up to this zxid. */
  applied(zxid: number): void {
    this.#changes.applied(zxid);
  }

  /** Starts afresh from the tree, after it was restored from elsewhere. Nothing may be outstanding. */
  reset(zxid: number): void {
    this.#zxid = zxid;
    this.#changes.resetDigest();
  }

  /** A transaction ready for the log: applying it later does the same on every server. A failure is one, too. */
  prepare(request: WriteRequest, origin: RequestOrigin): TxnEntry {
    const zxid = ++this.#zxid;
    try {
      const txn = this.#toTxn(request, origin, zxid);
      const digest = this.#options.digestEnabled ? this.#digest() : null;
      return { header: headerOf(request.type, origin, zxid), txn, digest };
    } catch (error) {
      if (!(error instanceof RequestRefusal)) throw error;
      const txn = { type: OpCode.error, err: error.code };
      return { header: headerOf(OpCode.error, origin, zxid), txn, digest: null };
    }
  }

  #digest(): TxnDigest {
    return { version: DIGEST_VERSION, treeDigest: this.#changes.digest.toBigInt() };
  }

  #toTxn(request: WriteRequest, origin: RequestOrigin, zxid: number): Txn {
    switch (request.type) {
      case OpCode.multi:
        return this.#multi(request.ops, origin, zxid);
      case OpCode.createSession:
        return { type: OpCode.createSession, timeOut: request.timeOut };
      case OpCode.closeSession:
        return this.#closeSession(origin, zxid);
      case OpCode.reconfig:
        return this.#reconfigure(request, origin, zxid);
      case OpCode.error:
        throw RequestRefusal.of(request.err);
      default:
        return this.#nodes.prepare(request, origin, zxid);
    }
  }

  #multi(ops: readonly MultiOp[], origin: RequestOrigin, zxid: number): Txn {
    if (ops.some((op) => op.path === NULL_TEXT)) throw RequestRefusal.of(ErrorCode.MarshallingError);
    const digestBefore = this.#changes.digest.clone();
    const txns: SubTxn[] = [];
    for (const [index, op] of ops.entries()) {
      try {
        txns.push(this.#nodes.prepare(op, origin, zxid));
      } catch (error) {
        if (!(error instanceof RequestRefusal)) throw error;
        this.#changes.rollBack(zxid, digestBefore);
        // What cannot be worked with at all fails the whole request, not a part of it.
        if (error.code === ErrorCode.MarshallingError) throw error;
        txns.push({ type: OpCode.error, err: error.code });
        for (const _ of ops.slice(index + 1)) txns.push({ type: OpCode.error, err: ErrorCode.RuntimeInconsistency });
        break;
      }
    }
    return { type: OpCode.multi, txns };
  }

  #reconfigure(request: ReconfigRequest, origin: RequestOrigin, zxid: number): Txn {
    const { reconfigEnabled, reconfigurer } = this.#options;
    if (!reconfigEnabled) throw RequestRefusal.of(ErrorCode.ReconfigDisabled);
    checkSession(origin);
    // A standalone server has no membership to change.
    if (reconfigurer === undefined) throw RequestRefusal.of(ErrorCode.Unimplemented);
    return this.#nodes.reconfigure(Buffer.from(reconfigurer.plan(request, zxid), "utf8"), origin, zxid);
  }

  #closeSession(origin: RequestOrigin, zxid: number): Txn {
    const paths = [...this.#changes.ephemeralsOf(origin.sessionId)];
    for (const path of paths) this.#nodes.deleteEphemeral(path, zxid);
    const session = this.#sessions.get(origin.sessionId);
    if (session !== undefined) this.#sessions.markClosing(session);
    return { type: OpCode.closeSession, paths2Delete: this.#options.closeSessionTxnEnabled ? paths : null };
  }
}

function headerOf(type: TxnHeader["type"], origin: RequestOrigin, zxid: number): TxnHeader {
  return { clientId: origin.sessionId, cxid: origin.cxid, zxid, time: origin.timeMs, type };
}
