import {
  type Acl,
  ErrorCode,
  nodeName,
  OpCode,
  parentPath as parentOf,
  type Stat,
  type SubTxn,
  type Txn,
  type TxnEntry,
  type TxnHeader,
} from "@branta/zookeeper-protocol";

import { NO_NODE } from "../tree/znode-reader.ts";
import type { ZnodeId } from "../tree/znode-records.ts";
import { statOf } from "../tree/stat-of.ts";
import type { DataTree } from "./data-tree.ts";
import { ownerOfTxn } from "./txn-owner.ts";

/** What applying a transaction came to; enough to answer its request. */
export interface TxnResult {
  readonly type: OpCode;
  readonly err: ErrorCode;
  /** The node that was created or changed. */
  readonly path: string | null;
  /** The same node's number, for as long as no other transaction is applied; NO_NODE if there is none. */
  readonly node: ZnodeId;
  /** Results of a multi's operations. */
  readonly results: readonly SubResult[] | null;
}

/** Result of one operation in a multi, with the stat that the operation left behind. */
export interface SubResult extends TxnResult {
  readonly stat: Stat | null;
}

/**
 * Applies one transaction: the only way the tree changes, on every server alike and again in recovery. Transactions
 * may come twice (a fuzzy snapshot already holds some of their effects), so every change here is idempotent.
 */
export function applyTxn<W extends object>(tree: DataTree<W>, entry: Pick<TxnEntry, "header" | "txn">): TxnResult {
  const { header, txn } = entry;
  const result = txn.type === OpCode.multi ? applyMulti(tree, header, txn.txns) : applyOne(tree, header, txn);
  if (header.zxid > tree.lastProcessedZxid) tree.lastProcessedZxid = header.zxid;
  return result;
}

function applyOne<W extends object>(
  tree: DataTree<W>,
  header: TxnHeader,
  txn: Exclude<Txn, { type: typeof OpCode.multi }>,
): TxnResult {
  switch (txn.type) {
    case OpCode.create:
    case OpCode.create2:
    case OpCode.createTTL:
    case OpCode.createContainer:
      return create(tree, header, txn);
    case OpCode.delete:
    case OpCode.deleteContainer:
      return remove(tree, header.zxid, txn.path, txn.type);
    case OpCode.setData:
    case OpCode.reconfig:
      return setData(tree, header, txn);
    case OpCode.setACL:
      return setAcl(tree, txn);
    case OpCode.createSession:
      tree.sessions.set(header.clientId, txn.timeOut);
      return done(txn.type);
    case OpCode.closeSession:
      closeSession(tree, header, txn.paths2Delete);
      return done(txn.type);
    case OpCode.check:
      return { ...done(txn.type), path: txn.path, node: tree.znodes.find(txn.path) };
    case OpCode.error:
      return failed(txn.type, txn.err as ErrorCode);
  }
}

type CreateLikeTxn = Extract<SubTxn, { readonly parentCVersion: number }>;

function create<W extends object>(tree: DataTree<W>, header: TxnHeader, txn: CreateLikeTxn): TxnResult {
  const { znodes } = tree;
  const { path } = txn;
  const { zxid, time } = header;
  const parentPath = parentOf(path);
  const parent = znodes.find(parentPath);
  if (parent === NO_NODE) return failed(txn.type, ErrorCode.NoNode, path);
  const existing = znodes.find(path);
  // Replayed over a fuzzy snapshot: the node is there, but its list may not have been known when it was written.
  if (existing !== NO_NODE) return recreate(tree, { existing, parent, parentPath }, zxid, txn);
  const parentCVersion = txn.parentCVersion === -1 ? (znodes.cversion(parent) + 1) | 0 : txn.parentCVersion;
  raiseCversion(tree, parent, parentPath, parentCVersion, zxid);
  const ephemeralOwner = ownerOfTxn(txn, header.clientId, tree.ownerRules);
  const name = nodeName(path);
  const acl = tree.acls.acquire(txn.acl);
  const node = znodes.create(parent, path, { name, data: txn.data, acl, ephemeralOwner, zxid, time });
  tree.indexOwner(path, ephemeralOwner);
  tree.countQuota(path, { created: true, bytes: txn.data?.length ?? 0, nodes: 1 });
  if (!tree.watches.isEmpty) tree.watches.created(path, txn.acl, parentPath, tree.aclOf(parent), zxid);
  return { type: txn.type, err: ErrorCode.Ok, path, node, results: null };
}

function recreate<W extends object>(
  tree: DataTree<W>,
  found: { existing: ZnodeId; parent: ZnodeId; parentPath: string },
  zxid: number,
  txn: CreateLikeTxn,
): TxnResult {
  const { znodes, acls } = tree;
  const acl = acls.acquire(txn.acl);
  acls.release(znodes.acl(found.existing));
  znodes.replaceAcl(found.existing, acl);
  raiseCversion(tree, found.parent, found.parentPath, txn.parentCVersion, zxid);
  return failed(txn.type, ErrorCode.NodeExists, txn.path);
}

/** A replayed creation must not turn the parent's counters back: the snapshot may be ahead of it. */
function raiseCversion<W extends object>(
  tree: DataTree<W>,
  parent: ZnodeId,
  path: string,
  cversion: number,
  zxid: number,
): void {
  const { znodes } = tree;
  // Wrapped counts are compared as distances, so that 2^31 creations do not stop the counter.
  if (((cversion - znodes.cversion(parent)) | 0) <= 0) return;
  znodes.setCversion(parent, cversion);
  znodes.setPzxid(parent, zxid);
  znodes.refreshDigest(parent, path);
}

function remove<W extends object>(tree: DataTree<W>, zxid: number, path: string, type: OpCode): TxnResult {
  const { znodes, acls } = tree;
  const parentPath = parentOf(path);
  const parent = znodes.find(parentPath);
  if (parent === NO_NODE) return failed(type, ErrorCode.NoNode, path);
  // Before the node is looked for: in a replay it may be gone already, and the parent still behind.
  if (zxid > znodes.pzxid(parent)) {
    znodes.setPzxid(parent, zxid);
    znodes.refreshDigest(parent, parentPath);
  }
  const node = znodes.find(path);
  if (node === NO_NODE) return failed(type, ErrorCode.NoNode, path);
  const acl = tree.aclOf(node);
  const bytes = Math.max(znodes.dataLength(node), 0);
  tree.unindexOwner(path, znodes.ephemeralOwner(node));
  acls.release(znodes.acl(node));
  znodes.remove(node, path);
  tree.countQuota(path, { deleted: true, bytes: -bytes, nodes: -1 });
  if (!tree.watches.isEmpty) tree.watches.deleted(path, acl, parentPath, tree.aclOf(parent), zxid);
  return { ...done(type), path };
}

function setData<W extends object>(
  tree: DataTree<W>,
  header: TxnHeader,
  txn: Extract<Txn, { readonly type: typeof OpCode.setData | typeof OpCode.reconfig }>,
): TxnResult {
  const { znodes } = tree;
  const { path, data } = txn;
  const node = znodes.find(path);
  if (node === NO_NODE) return failed(txn.type, ErrorCode.NoNode, path);
  const lengthBefore = Math.max(znodes.dataLength(node), 0);
  znodes.setData(node, data);
  znodes.setModified(node, txn.version, header.zxid, header.time);
  znodes.refreshDigest(node, path);
  if (tree.quotas.size > 0) tree.countQuota(path, { bytes: (data?.length ?? 0) - lengthBefore, nodes: 0 });
  if (!tree.watches.isEmpty) tree.watches.dataChanged(path, tree.aclOf(node), header.zxid);
  return { type: txn.type, err: ErrorCode.Ok, path, node, results: null };
}

function setAcl<W extends object>(
  tree: DataTree<W>,
  txn: { path: string; acl: readonly Acl[]; version: number },
): TxnResult {
  const { znodes, acls } = tree;
  const node = znodes.find(txn.path);
  if (node === NO_NODE) return failed(OpCode.setACL, ErrorCode.NoNode, txn.path);
  const acl = acls.acquire(txn.acl);
  acls.release(znodes.acl(node));
  znodes.setAcl(node, acl, txn.version);
  znodes.refreshDigest(node, txn.path);
  return { ...done(OpCode.setACL), path: txn.path, node };
}

function closeSession<W extends object>(
  tree: DataTree<W>,
  header: TxnHeader,
  recorded: readonly string[] | null,
): void {
  tree.sessions.delete(header.clientId);
  const known = new Set(tree.takeEphemerals(header.clientId));
  for (const path of recorded ?? []) {
    known.delete(path);
    remove(tree, header.zxid, path, OpCode.delete);
  }
  for (const path of known) remove(tree, header.zxid, path, OpCode.delete);
}

function applyMulti<W extends object>(tree: DataTree<W>, header: TxnHeader, txns: readonly SubTxn[]): TxnResult {
  const failedAt = txns.findIndex((txn) => txn.type === OpCode.error);
  const results = txns.map((txn, index): SubResult => {
    // If one operation failed, none is applied; those before it answer that they would have been all right.
    if (failedAt !== -1 && index < failedAt) return { ...failed(OpCode.error, ErrorCode.Ok), stat: null };
    const result = applyOne(tree, header, txn);
    return { ...result, stat: result.node === NO_NODE ? null : statOf(tree.znodes, result.node, tree.ownerRules) };
  });
  const err = results.find((result) => result.err !== ErrorCode.Ok)?.err ?? ErrorCode.Ok;
  return { type: OpCode.multi, err, path: null, node: NO_NODE, results };
}

function done(type: OpCode): TxnResult {
  return { type, err: ErrorCode.Ok, path: null, node: NO_NODE, results: null };
}

function failed(type: OpCode, err: ErrorCode, path: string | null = null): TxnResult {
  return { type, err, path, node: NO_NODE, results: null };
}
