import { type Acl, nodeDigest, type StatPersisted } from "@branta/zookeeper-protocol";

import { TreeDigest } from "../tree/tree-digest.ts";
import { NO_NODE } from "../tree/znode-reader.ts";
import type { DataTree } from "../data-tree/data-tree.ts";

/**
 * A node as it will be when the transactions that are on their way have been applied.
 * Records are never changed once added; a later transaction adds a record of its own, best as `{ ...record, … }`:
 * records of one shape are what every write is made of.
 */
export interface ChangeRecord extends StatPersisted {
  /** The transaction that made this record; 0 for one that only mirrors the tree. */
  readonly changedBy: number;
  readonly path: string;
  /** False: the transaction removed the node. */
  readonly exists: boolean;
  readonly childCount: number;
  readonly acl: readonly Acl[];
  /** Undefined: as in the tree, where it need not be copied from. */
  readonly data: Buffer | null | undefined;
  /** The node's share of the digest, 0 where it has none. */
  readonly digest: number;
}

/** A record on its way into the overlay; `digest` is still the share of the record before it, 0 where there is none. */
export type Change = { -readonly [Field in keyof ChangeRecord]: ChangeRecord[Field] };

/**
 * What transactions will have done that are prepared and not yet applied: prepare runs ahead of the log, so it must
 * look at the tree through this overlay (Apache's outstandingChanges). It also foretells the tree digest.
 */
export class OutstandingChanges<W extends object> {
  readonly #tree: DataTree<W>;
  readonly #byPath = new Map<string, ChangeRecord>();
  /** In order of zxid; entries before #first are done with. */
  #queue: ChangeRecord[] = [];
  #first = 0;
  readonly #digest = new TreeDigest();

  constructor(tree: DataTree<W>) {
    this.#tree = tree;
    this.resetDigest();
  }

  /** The digest that the tree will have after everything prepared so far. */
  get digest(): TreeDigest {
    return this.#digest;
  }

  /** Starts the forecast from the tree as it is: after recovery, when nothing is outstanding. */
  resetDigest(): void {
    this.#digest.copyFrom(this.#tree.znodes.digest);
  }

  /** The node at `path` as it will be, or undefined where there will be none. */
  find(path: string): ChangeRecord | undefined {
    const changed = this.#byPath.get(path);
    if (changed !== undefined) return changed.exists ? changed : undefined;
    return this.#mirror(path);
  }

  /** As {@link find}, but as an object of the caller's own, to be changed and handed to {@link add}. */
  draft(path: string): Change | undefined {
    const changed = this.#byPath.get(path);
    if (changed === undefined) return this.#mirror(path);
    return changed.exists ? { ...changed } : undefined;
  }

  /** Adds what a transaction makes of a node and counts it into the digest. The object belongs to the overlay from now on. */
  add(change: Change): void {
    this.#digest.subtract(change.digest);
    change.digest = change.exists ? this.#digestOf(change) : 0;
    this.#digest.add(change.digest);
    this.#queue.push(change);
    this.#byPath.set(change.path, change);
  }

  /** Forgets what has been applied. */
  applied(zxid: number): void {
    const queue = this.#queue;
    while (this.#first < queue.length && queue[this.#first]!.changedBy <= zxid) {
      const record = queue[this.#first++]!;
      if (this.#byPath.get(record.path) === record) this.#byPath.delete(record.path);
    }
    if (this.#first === queue.length) {
      queue.length = 0;
      this.#first = 0;
    } else if (this.#first > 4096) {
      this.#queue = queue.slice(this.#first);
      this.#first = 0;
    }
  }

  /**
   * Takes back everything that transaction `zxid`, the latest, has added: one of its operations failed.
   * @param digestBefore a copy of {@link digest} from before the transaction
   */
  rollBack(zxid: number, digestBefore: TreeDigest): void {
    this.#digest.copyFrom(digestBefore);
    const touched = new Set<string>();
    while (this.#queue.length > this.#first && this.#queue.at(-1)!.changedBy === zxid) {
      const record = this.#queue.pop()!;
      touched.add(record.path);
      this.#byPath.delete(record.path);
    }
    if (touched.size === 0) return;
    // What the same paths were before: the latest older record still outstanding, or the tree.
    for (let i = this.#queue.length - 1; i >= this.#first && touched.size > 0; i--) {
      const record = this.#queue[i]!;
      if (!touched.delete(record.path)) continue;
      this.#byPath.set(record.path, record);
    }
  }

  /** Paths of the session's ephemeral nodes as they will be, in order of creation. */
  ephemeralsOf(sessionId: bigint): Set<string> {
    const paths = new Set(this.#tree.ephemeralsOf(sessionId));
    for (let i = this.#first; i < this.#queue.length; i++) {
      const record = this.#queue[i]!;
      if (!record.exists) paths.delete(record.path);
      else if (record.ephemeralOwner === sessionId) paths.add(record.path);
    }
    return paths;
  }

  /** The node's data as it will be. */
  dataOf(record: ChangeRecord): Buffer | null {
    if (record.data !== undefined) return record.data;
    return this.#tree.znodes.data(this.#tree.znodes.find(record.path));
  }

  #mirror(path: string): Change | undefined {
    const { znodes } = this.#tree;
    const id = znodes.find(path);
    if (id === NO_NODE) return undefined;
    return {
      czxid: znodes.czxid(id),
      mzxid: znodes.mzxid(id),
      pzxid: znodes.pzxid(id),
      ctime: znodes.ctime(id),
      mtime: znodes.mtime(id),
      version: znodes.version(id),
      cversion: znodes.cversion(id),
      aversion: znodes.aversion(id),
      ephemeralOwner: znodes.ephemeralOwner(id),
      changedBy: 0,
      path,
      exists: true,
      childCount: znodes.childCount(id),
      acl: this.#tree.aclOf(id),
      data: undefined,
      digest: znodes.nodeDigest(id),
    };
  }

  #digestOf(record: ChangeRecord): number {
    const data = record.data === undefined ? this.#tree.znodes.data(this.#tree.znodes.find(record.path)) : record.data;
    return nodeDigest(record.path, data, record);
  }
}
