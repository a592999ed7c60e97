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
  /**
   * The place in #queue of each path's newest record, counted from #base. Not the record itself: a map that grows leaves its
   * old table behind, which refers to the new one, and where one of them has grown old none of what they hold is collected
   * with the young objects.
   */
  readonly #placeByPath = new Map<string, number>();
  /** In order of zxid; before #first there is nothing left, so that what is done with can be collected while it is young. */
  #queue: (ChangeRecord | undefined)[] = [];
  #first = 0;
  #base = 0;
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
    const changed = this.#newest(path);
    if (changed !== undefined) return changed.exists ? changed : undefined;
    return this.#mirror(path);
  }

  /** As {@link find}, but as an object of the caller's own, to be changed and handed to {@link add}. */
  draft(path: string): Change | undefined {
    const changed = this.#newest(path);
    if (changed === undefined) return this.#mirror(path);
    return changed.exists ? { ...changed } : undefined;
  }

  /** Adds what a transaction makes of a node and counts it into the digest. The object belongs to the overlay from now on. */
  add(change: Change): void {
    this.#digest.subtract(change.digest);
    change.digest = change.exists ? this.#digestOf(change) : 0;
    this.#digest.add(change.digest);
    this.#placeByPath.set(change.path, this.#base + this.#queue.length);
    this.#queue.push(change);
  }

  /** Forgets what has been applied. */
  applied(zxid: number): void {
    const queue = this.#queue;
    for (
      let record = queue[this.#first];
      record !== undefined && record.changedBy <= zxid;
      record = queue[this.#first]
    ) {
      queue[this.#first] = undefined;
      if (this.#placeByPath.get(record.path) === this.#base + this.#first) this.#placeByPath.delete(record.path);
      this.#first++;
    }
    if (this.#first === queue.length) {
      queue.length = 0;
      this.#first = 0;
      this.#base = 0;
    } else if (this.#first > 4096) {
      this.#queue = queue.slice(this.#first);
      this.#base += this.#first;
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
      this.#placeByPath.delete(record.path);
    }
    if (touched.size === 0) return;
    // What the same paths were before: the latest older record still outstanding, or the tree.
    for (let i = this.#queue.length - 1; i >= this.#first && touched.size > 0; i--) {
      const record = this.#queue[i]!;
      if (!touched.delete(record.path)) continue;
      this.#placeByPath.set(record.path, this.#base + i);
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

  #newest(path: string): ChangeRecord | undefined {
    const place = this.#placeByPath.get(path);
    return place === undefined ? undefined : this.#queue[place - this.#base];
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
