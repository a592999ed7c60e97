import {
  type CheckVersionRequest,
  type CreateRequest,
  type CreateTtlRequest,
  type DeleteRequest,
  ErrorCode,
  type Id,
  isCreateMode,
  isEphemeral,
  isSequential,
  isTtl,
  isTtlMs,
  OpCode,
  ownerKind,
  pathProblem,
  Permission,
  type SetAclRequest,
  type SetDataRequest,
  type SetAclTxn,
  type SubTxn,
  type Txn,
} from "@branta/zookeeper-protocol";

import type { AuthRegistry } from "../auth/index.ts";
import { CONFIG_PATH, type DataTree } from "../data-tree/data-tree.ts";
import { ownerOfTxn } from "../data-tree/txn-owner.ts";
import { checkQuota } from "../quota/index.ts";
import type { Session } from "../session/session-tracker.ts";
import { parentOf, parentOfDeletable } from "./node-paths.ts";
import type { Change, ChangeRecord, OutstandingChanges } from "./outstanding-changes.ts";
import { RequestRefusal } from "./request-refusal.ts";

/** A request that changes or checks one node. */
export type NodeRequest =
  | ({ readonly type: typeof OpCode.create | typeof OpCode.create2 | typeof OpCode.createContainer } & CreateRequest)
  | ({ readonly type: typeof OpCode.createTTL } & CreateTtlRequest)
  | ({ readonly type: typeof OpCode.delete } & DeleteRequest)
  | { readonly type: typeof OpCode.deleteContainer; readonly path: string }
  | ({ readonly type: typeof OpCode.setData } & SetDataRequest)
  | ({ readonly type: typeof OpCode.setACL } & SetAclRequest)
  | ({ readonly type: typeof OpCode.check } & CheckVersionRequest);

/** Who asks, and when. */
export interface RequestOrigin {
  readonly sessionId: bigint;
  /** The session while it lives; null for requests of the server itself, which no session answers for. */
  readonly session: Session | null;
  readonly cxid: number;
  readonly authInfo: readonly Id[];
  /** Wall clock, milliseconds since 1970: becomes ctime and mtime. */
  readonly timeMs: number;
}

export interface NodePreparerOptions {
  readonly auth: AuthRegistry;
  readonly enforceQuota: boolean;
}

type SetAclTyped = Extract<NodeRequest, { readonly type: typeof OpCode.setACL }>;
type SetAclTxnTyped = { readonly type: typeof OpCode.setACL } & SetAclTxn;
type CreateLike = Extract<NodeRequest, CreateRequest>;

/** Prepares requests on single nodes; the order of the checks is what clients observe, so it is Apache's. */
export class NodePreparer<W extends object> {
  readonly #tree: DataTree<W>;
  readonly #changes: OutstandingChanges<W>;
  readonly #options: NodePreparerOptions;
  readonly #auth: AuthRegistry;

  constructor(tree: DataTree<W>, changes: OutstandingChanges<W>, options: NodePreparerOptions) {
    this.#tree = tree;
    this.#changes = changes;
    this.#options = options;
    this.#auth = options.auth;
  }

  /** @throws RequestRefusal */
  prepare(request: SetAclTyped, origin: RequestOrigin, zxid: number): SetAclTxnTyped;
  prepare(request: Exclude<NodeRequest, SetAclTyped>, origin: RequestOrigin, zxid: number): SubTxn;
  prepare(request: NodeRequest, origin: RequestOrigin, zxid: number): Txn;
  prepare(request: NodeRequest, origin: RequestOrigin, zxid: number): Txn {
    switch (request.type) {
      case OpCode.delete:
        return this.#delete(request, origin, zxid);
      case OpCode.deleteContainer:
        return this.#deleteContainer(request.path, zxid);
      case OpCode.setData:
        return this.#setData(request, origin, zxid);
      case OpCode.setACL:
        return this.#setAcl(request, origin, zxid);
      case OpCode.check:
        return this.#check(request, origin);
      default:
        return this.#create(request, origin, zxid);
    }
  }

  /** Writes a new configuration of the ensemble where clients read it; its version is not counted, as in Apache. */
  reconfigure(data: Buffer, origin: RequestOrigin, zxid: number): Txn {
    const node = this.#draft(CONFIG_PATH);
    this.#permit(node, Permission.Write, origin, CONFIG_PATH);
    node.changedBy = zxid;
    node.version = -1;
    node.mtime = origin.timeMs;
    node.mzxid = zxid;
    node.data = data;
    this.#changes.add(node);
    return { type: OpCode.reconfig, path: CONFIG_PATH, data, version: -1 };
  }

  /** Foretells the removal of an ephemeral node whose session closes. */
  deleteEphemeral(path: string, zxid: number): void {
    const node = this.#changes.find(path);
    const parent = this.#changes.find(parentOf(path));
    if (node !== undefined && parent !== undefined) this.#remove(node, parent, zxid);
  }

  #create(request: CreateLike, origin: RequestOrigin, zxid: number): Txn {
    const ttl = request.type === OpCode.createTTL ? request.ttl : -1;
    this.#checkCreateMode(request, ttl);
    checkSession(origin);
    // Other servers would not know whose node it is.
    if (origin.session!.isLocal && isEphemeralMode(request.flags)) throw RequestRefusal.of(ErrorCode.SessionExpired);
    const parentPath = parentOf(request.path);
    const acl = this.#auth.fixupAcl(request.path, origin.authInfo, request.acl);
    if (!Array.isArray(acl)) throw RequestRefusal.of(acl as ErrorCode);
    const parent = this.#draft(parentPath);
    this.#permit(parent, Permission.Create, origin, request.path, acl);
    const suffix = isCreateMode(request.flags) && isSequential(request.flags) ? sequenceSuffix(parent.cversion) : "";
    const path = request.path + suffix;
    checkPath(path);
    if (this.#changes.find(path) !== undefined) throw RequestRefusal.of(ErrorCode.NodeExists);
    if (this.#isEphemeral(parent)) throw RequestRefusal.of(ErrorCode.NoChildrenForEphemerals);
    this.#checkQuota(path, { kind: "create", dataLength: request.data?.length ?? 0 });
    const parentCVersion = (parent.cversion + 1) | 0;
    const { data } = request;
    const txn = createTxn(request, path, acl, parentCVersion, ttl);
    parent.changedBy = zxid;
    parent.childCount++;
    parent.cversion = parentCVersion;
    parent.pzxid = zxid;
    this.#changes.add(parent);
    this.#changes.add({
      czxid: zxid,
      mzxid: zxid,
      pzxid: zxid,
      ctime: origin.timeMs,
      mtime: origin.timeMs,
      version: 0,
      cversion: 0,
      aversion: 0,
      ephemeralOwner: ownerOfTxn(txn, origin.sessionId, this.#tree.ownerRules),
      changedBy: zxid,
      path,
      exists: true,
      childCount: 0,
      acl,
      data,
      digest: 0,
    });
    return txn;
  }

  #checkCreateMode(request: CreateLike, ttl: number): void {
    const { flags } = request;
    if (!isCreateMode(flags)) throw RequestRefusal.of(ErrorCode.BadArguments);
    const ttlMode = isTtl(flags);
    if (ttlMode && !this.#tree.ownerRules.extendedTypes) throw RequestRefusal.of(ErrorCode.Unimplemented);
    const ttlValid = ttlMode ? isTtlMs(ttl) : ttl < 0;
    // createTTL with a mode that has no time to live would become a node that no server can apply.
    if (!ttlValid || (request.type === OpCode.createTTL && !ttlMode)) throw RequestRefusal.of(ErrorCode.BadArguments);
  }

  #delete(request: DeleteRequest, origin: RequestOrigin, zxid: number): Txn {
    checkSession(origin);
    const parent = this.#existing(parentOfDeletable(request.path));
    this.#permit(parent, Permission.Delete, origin, request.path);
    const node = this.#existing(request.path);
    checkVersion(node.version, request.version);
    if (node.childCount > 0) throw RequestRefusal.of(ErrorCode.NotEmpty);
    this.#remove(node, parent, zxid);
    return { type: OpCode.delete, path: request.path };
  }

  #deleteContainer(path: string, zxid: number): Txn {
    const parentPath = parentOfDeletable(path);
    const node = this.#existing(path);
    if (node.childCount > 0) throw RequestRefusal.of(ErrorCode.NotEmpty);
    if (this.#isEphemeral(node)) throw RequestRefusal.of(ErrorCode.BadVersion);
    this.#remove(node, this.#existing(parentPath), zxid);
    return { type: OpCode.deleteContainer, path };
  }

  #setData(request: SetDataRequest, origin: RequestOrigin, zxid: number): Txn {
    checkSession(origin);
    const { path, data } = request;
    checkPath(path);
    const node = this.#draft(path);
    this.#permit(node, Permission.Write, origin, path);
    if (this.#options.enforceQuota) {
      const lastDataLength = this.#changes.dataOf(node)?.length ?? 0;
      this.#checkQuota(path, { kind: "setData", dataLength: data?.length ?? 0, lastDataLength });
    }
    const version = checkVersion(node.version, request.version);
    node.changedBy = zxid;
    node.version = version;
    node.mtime = origin.timeMs;
    node.mzxid = zxid;
    node.data = data;
    this.#changes.add(node);
    return { type: OpCode.setData, path, data, version };
  }

  #setAcl(request: SetAclRequest, origin: RequestOrigin, zxid: number): Txn {
    checkSession(origin);
    const { path } = request;
    checkPath(path);
    const acl = this.#auth.fixupAcl(path, origin.authInfo, request.acl);
    if (!Array.isArray(acl)) throw RequestRefusal.of(acl as ErrorCode);
    const node = this.#existing(path);
    this.#permit(node, Permission.Admin, origin, path, acl);
    const version = checkVersion(node.aversion, request.version);
    this.#changes.add({ ...node, changedBy: zxid, aversion: version, acl });
    return { type: OpCode.setACL, path, acl, version };
  }

  #check(request: CheckVersionRequest, origin: RequestOrigin): Txn {
    checkSession(origin);
    checkPath(request.path);
    const node = this.#existing(request.path);
    this.#permit(node, Permission.Read, origin, request.path);
    return { type: OpCode.check, path: request.path, version: checkVersion(node.version, request.version) };
  }

  #remove(node: ChangeRecord, parent: ChangeRecord, zxid: number): void {
    this.#changes.add({ ...parent, changedBy: zxid, childCount: parent.childCount - 1, pzxid: zxid });
    this.#changes.add({ ...node, changedBy: zxid, exists: false, childCount: 0, data: null });
  }

  #isEphemeral(node: ChangeRecord): boolean {
    return ownerKind(node.ephemeralOwner, this.#tree.ownerRules) === "session";
  }

  #existing(path: string): ChangeRecord {
    const record = this.#changes.find(path);
    if (record === undefined) throw RequestRefusal.of(ErrorCode.NoNode);
    return record;
  }

  #draft(path: string): Change {
    const record = this.#changes.draft(path);
    if (record === undefined) throw RequestRefusal.of(ErrorCode.NoNode);
    return record;
  }

  #permit(
    node: ChangeRecord,
    permission: number,
    origin: RequestOrigin,
    path: string,
    acl?: ChangeRecord["acl"],
  ): void {
    if (this.#auth.checkAcl(node.acl, permission, origin.authInfo, path, acl ?? null)) return;
    throw RequestRefusal.of(ErrorCode.NoAuth);
  }

  #checkQuota(path: string, change: Parameters<typeof checkQuota>[3]): void {
    const { quotas } = this.#tree;
    if (!this.#options.enforceQuota || quotas.size === 0) return;
    const verdict = checkQuota(quotas, (at) => this.#tree.dataAt(at), path, change);
    if (verdict === null) return;
    if ("error" in verdict) throw RequestRefusal.of(ErrorCode.MarshallingError);
    if (verdict.hard) throw RequestRefusal.of(ErrorCode.QuotaExceeded);
  }
}

function createTxn(
  request: CreateLike,
  path: string,
  acl: ChangeRecord["acl"],
  parentCVersion: number,
  ttl: number,
): SubTxn {
  const { data } = request;
  switch (request.type) {
    case OpCode.createContainer:
      return { type: request.type, path, data, acl, parentCVersion };
    case OpCode.createTTL:
      return { type: request.type, path, data, acl, parentCVersion, ttl };
    default: {
      const ephemeral = isEphemeralMode(request.flags);
      return { type: request.type, path, data, acl, ephemeral, parentCVersion };
    }
  }
}

/** Ten digits of the parent's count of creations, as Java's "%010d" prints them: a wrapped count is negative. */
function sequenceSuffix(cversion: number): string {
  return cversion < 0 ? `-${String(-cversion).padStart(9, "0")}` : String(cversion).padStart(10, "0");
}

function isEphemeralMode(flags: number): boolean {
  return isCreateMode(flags) && isEphemeral(flags);
}

export function checkSession(origin: RequestOrigin): void {
  if (origin.session === null || origin.session.isClosing) throw RequestRefusal.of(ErrorCode.SessionExpired);
}

function checkPath(path: string): void {
  if (pathProblem(path) !== null) throw RequestRefusal.of(ErrorCode.BadArguments);
}

/** The version after this change. @throws RequestRefusal BadVersion unless the expected version, or -1, is met */
function checkVersion(current: number, expected: number): number {
  if (expected !== -1 && expected !== current) throw RequestRefusal.of(ErrorCode.BadVersion);
  return (current + 1) | 0;
}
