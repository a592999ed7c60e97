import { type Acl, nodeName, OPEN_ACL, ownerKind, type OwnerRules, READ_ACL } from "@branta/zookeeper-protocol";

import { QuotaTrie } from "../quota/index.ts";
import { AclTable, OPEN_ACL_ID } from "../tree/acl-table.ts";
import { NO_NODE, ROOT } from "../tree/znode-reader.ts";
import type { ZnodeId } from "../tree/znode-records.ts";
import { ZnodeTree } from "../tree/znode-tree.ts";
import { type DeliverEvent, type TriggerHook, WatchManager } from "../watch/watch-manager.ts";
import { QuotaKeeper } from "./quota-keeper.ts";

export interface DataTreeOptions<W> {
  readonly ownerRules: OwnerRules;
  /** Carries watch events out. */
  readonly deliver: DeliverEvent<W>;
  /** Counts the watches that changes set off. */
  readonly onTrigger?: TriggerHook | undefined;
  /** Seeds the hash of paths. */
  readonly hashSeed?: number;
}

/** Where the ensemble's configuration can be read. */
export const CONFIG_PATH = "/zookeeper/config";

/**
 * Everything a server's transactions act on: nodes, their access control lists, sessions with their timeouts, which
 * nodes live by a session, a container's or a time's rule, quotas, and watches. `W` is whoever watches.
 *
 * These are the single changes; which of them a transaction makes is in {@link applyTxn}.
 */
export class DataTree<W extends object> {
  readonly znodes: ZnodeTree;
  readonly acls = new AclTable();
  readonly watches: WatchManager<W>;
  readonly quotas = new QuotaTrie();
  /** Session id → timeout in milliseconds, as transactions and snapshots tell. */
  readonly sessions = new Map<bigint, number>();
  readonly ownerRules: OwnerRules;
  readonly #quotaKeeper: QuotaKeeper;
  readonly #ephemerals = new Map<bigint, Set<string>>();
  readonly #containers = new Set<string>();
  readonly #ttls = new Set<string>();
  /** The zxid of the last transaction applied. */
  lastProcessedZxid = 0;
  /**
   * A tree from a snapshot may show effects of transactions up to here that are still to be applied: until then its digest
   * is not what they foretell. Infinity while nobody knows how far that goes.
   */
  fuzzyUpTo = 0;

  constructor(options: DataTreeOptions<W>) {
    this.ownerRules = options.ownerRules;
    this.znodes = new ZnodeTree(options.hashSeed);
    this.watches = new WatchManager<W>(options.deliver, options.onTrigger);
    this.#quotaKeeper = new QuotaKeeper(this.znodes, this.quotas);
  }

  /**
   * Makes the nodes that every server has of itself. A restored snapshot brings its own: one from before 3.5 has no
   * configuration, and Apache without an ensemble does not add it (ZKDatabase.initConfigInZKDatabase), or digests would differ.
   */
  createBuiltIns(): void {
    const zookeeper = this.#createBuiltIn(ROOT, "/zookeeper", OPEN_ACL);
    this.#createBuiltIn(zookeeper, "/zookeeper/quota", OPEN_ACL);
    const config = this.#createBuiltIn(zookeeper, CONFIG_PATH, READ_ACL, Buffer.alloc(0));
    // Apache makes the node first and sets its ACL with "any version", which stays in the stat.
    this.znodes.setAcl(config, this.znodes.acl(config), -1);
  }

  aclOf(id: ZnodeId): readonly Acl[] {
    return this.acls.get(this.znodes.acl(id)) ?? NO_RIGHTS;
  }

  /** The data at a path, or undefined where there is no node. */
  dataAt(path: string): Buffer | null | undefined {
    const id = this.znodes.find(path);
    return id === NO_NODE ? undefined : this.znodes.data(id);
  }

  /** Paths of the session's ephemeral nodes in order of creation. */
  ephemeralsOf(sessionId: bigint): Iterable<string> {
    return this.#ephemerals.get(sessionId) ?? [];
  }

  ephemerals(): Iterable<readonly [bigint, Iterable<string>]> {
    return this.#ephemerals;
  }

  get ephemeralCount(): number {
    let count = 0;
    for (const paths of this.#ephemerals.values()) count += paths.size;
    return count;
  }

  get containers(): ReadonlySet<string> {
    return this.#containers;
  }

  get ttls(): ReadonlySet<string> {
    return this.#ttls;
  }

  /** Notes whose node this is, if it is ephemeral, a container or a TTL node. */
  indexOwner(path: string, owner: bigint): void {
    if (owner === 0n) return;
    const kind = ownerKind(owner, this.ownerRules);
    if (kind === "container") this.#containers.add(path);
    else if (kind === "ttl") this.#ttls.add(path);
    else {
      const paths = this.#ephemerals.get(owner);
      if (paths === undefined) this.#ephemerals.set(owner, new Set([path]));
      else paths.add(path);
    }
  }

  /** Forgets whose node this was. */
  unindexOwner(path: string, owner: bigint): void {
    if (owner === 0n) return;
    const kind = ownerKind(owner, this.ownerRules);
    if (kind === "container") this.#containers.delete(path);
    else if (kind === "ttl") this.#ttls.delete(path);
    else {
      const paths = this.#ephemerals.get(owner);
      paths?.delete(path);
      if (paths?.size === 0) this.#ephemerals.delete(owner);
    }
  }

  /** Takes the list of a session's ephemeral nodes away: the session ends. */
  takeEphemerals(sessionId: bigint): Iterable<string> {
    const paths = this.#ephemerals.get(sessionId);
    this.#ephemerals.delete(sessionId);
    return paths ?? [];
  }

  /** Counts a node in or out of the quotas it stands under. */
  countQuota(path: string, change: { created?: boolean; deleted?: boolean; bytes: number; nodes: number }): void {
    this.#quotaKeeper.changed(path, change);
  }

  /** Finds the quotas of a restored tree and counts what stands under each. */
  rebuildQuotas(): void {
    this.#quotaKeeper.rebuild();
  }

  #createBuiltIn(parent: ZnodeId, path: string, acl: readonly Acl[], data: Buffer = EMPTY): ZnodeId {
    const name = nodeName(path);
    const number = acl === OPEN_ACL ? OPEN_ACL_ID : this.acls.acquire(acl);
    return this.znodes.create(parent, path, { name, data, acl: number, ephemeralOwner: 0n, zxid: 0, time: 0 });
  }
}

const EMPTY = Buffer.alloc(0);
/** For a node whose list is not known, which only a fuzzy snapshot that is still being replayed can have. */
const NO_RIGHTS: readonly Acl[] = [{ perms: 0, id: { scheme: "world", id: "anyone" } }];
