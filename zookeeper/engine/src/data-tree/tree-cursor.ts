import type { StatPersisted } from "@branta/zookeeper-protocol";

import { NO_NODE, ROOT } from "../tree/znode-reader.ts";
import type { ZnodeId } from "../tree/znode-records.ts";
import type { ZnodeTree } from "../tree/znode-tree.ts";

/** A node as snapshots store it; the root's path is "". */
export interface VisitedNode {
  readonly path: string;
  readonly data: Buffer | null;
  readonly aclId: number;
  readonly stat: StatPersisted;
}

/**
 * Walks the tree in pre-order while it goes on changing between two steps: what a snapshot does that must not stall
 * its clients. Each level keeps the node to visit next; a node that is removed hands its place to its next sibling.
 *
 * Nodes that are created meanwhile are left out, changes and removals ahead of the cursor are seen: a fuzzy picture, made
 * exact by replaying the log from where the walk began. A new node would be there with its parent as it was without it, and
 * Apache's replay takes the parent's statistics from a create only where that creates the node.
 */
export class TreeCursor {
  readonly #tree: ZnodeTree;
  /** From the top: the next node of each level, and the path of its parent. */
  readonly #next: ZnodeId[] = [ROOT];
  readonly #parentPaths: string[] = [""];
  /** Nodes that are younger than the walk. */
  readonly #created = new Set<ZnodeId>();

  constructor(tree: ZnodeTree) {
    this.#tree = tree;
  }

  /** The next node, or null when all have been visited. */
  next(): VisitedNode | null {
    while (this.#next.length > 0) {
      const level = this.#next.length - 1;
      const id = this.#next[level]!;
      if (id === NO_NODE) {
        this.#next.pop();
        this.#parentPaths.pop();
        continue;
      }
      this.#next[level] = id === ROOT ? NO_NODE : this.#tree.nextSibling(id);
      if (this.#created.has(id)) continue;
      const path = id === ROOT ? "" : `${this.#parentPaths[level]}/${this.#tree.name(id)}`;
      this.#next.push(this.#tree.firstChild(id));
      this.#parentPaths.push(path);
      return { path, data: this.#tree.data(id), aclId: this.#tree.acl(id), stat: this.#tree.persistedStat(id) };
    }
    return null;
  }

  /** Must be called when a node has come into the tree. */
  afterCreate(id: ZnodeId): void {
    this.#created.add(id);
  }

  /** Must be called before a node leaves the tree. */
  beforeRemove(id: ZnodeId): void {
    this.#created.delete(id);
    for (let level = 0; level < this.#next.length; level++) {
      if (this.#next[level] === id) this.#next[level] = this.#tree.nextSibling(id);
    }
  }
}
