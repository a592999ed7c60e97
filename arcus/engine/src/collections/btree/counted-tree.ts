import { type Bkey, compareBkeys } from "@branta/arcus-protocol";
import { BtreeElement } from "./btree-element.ts";
import { Cursor } from "./cursor.ts";
import {
  type Branch,
  countOf,
  firstLeaf,
  lastLeaf,
  type Leaf,
  mergeWithNext,
  newBranch,
  newLeaf,
  NODE_SIZE_MAX,
  nodeBytes,
  ownBytes,
  splitBranch,
  splitLeaf,
  type SplitOff,
  takeChildOut,
  type TreeNode,
  unlinkLeaves,
} from "./tree-node.ts";

/**
 * Elements in the order of their bkeys, all of one kind. Every branch knows how many elements stand under it, so that
 * the position of an element, and the element at a position, are found in O(log n).
 */
export class CountedTree {
  #root: TreeNode | null = null;
  #nodeBytes = 0;

  get count(): number {
    return this.#root === null ? 0 : countOf(this.#root);
  }

  /** What the real server accounts for the nodes without their elements, in bytes. */
  get nodeBytes(): number {
    return this.#nodeBytes;
  }

  get first(): BtreeElement | null {
    return this.#root === null ? null : firstLeaf(this.#root).elements[0];
  }

  get last(): BtreeElement | null {
    return this.#root === null ? null : lastLeaf(this.#root).elements.at(-1)!;
  }

  /** The element with that bkey. */
  find(bkey: Bkey): BtreeElement | null {
    if (this.#root === null) return null;
    const { elements } = leafFor(this.#root, bkey);
    const index = lowerBound(elements, bkey);
    return isAt(elements, index, bkey) ? elements[index] : null;
  }

  /** A cursor on the first element at or behind a bkey (`step` 1), or on the last one at or before it (`step` -1). */
  seek(bkey: Bkey, step: 1 | -1): Cursor | null {
    if (this.#root === null) return null;
    const leaf = leafFor(this.#root, bkey);
    const index = lowerBound(leaf.elements, bkey);
    if (step === 1) return new Cursor(leaf, index);
    return new Cursor(leaf, isAt(leaf.elements, index, bkey) ? index : index - 1);
  }

  /** How many elements come before a bkey, or up to and with it. */
  rank(bkey: Bkey, inclusive = false): number {
    if (this.#root === null) return 0;
    const { leaf, before } = placeOf(this.#root, bkey);
    const index = lowerBound(leaf.elements, bkey);
    return before + index + (inclusive && isAt(leaf.elements, index, bkey) ? 1 : 0);
  }

  /** The position of the element with that bkey; −1 without one. */
  position(bkey: Bkey): number {
    if (this.#root === null) return -1;
    const { leaf, before } = placeOf(this.#root, bkey);
    const index = lowerBound(leaf.elements, bkey);
    return isAt(leaf.elements, index, bkey) ? before + index : -1;
  }

  /** A cursor on the element at a position, which must exist. */
  at(position: number): Cursor {
    let rest = position;
    let node = this.#root!;
    while (!node.isLeaf) {
      let i = 0;
      for (; rest >= node.counts[i]; i++) rest -= node.counts[i];
      node = node.children[i];
    }
    return new Cursor(node, rest);
  }

  /** Puts an element in, unless there is one with its bkey, which it answers then. */
  insert(element: BtreeElement): BtreeElement | null {
    if (this.#root === null) {
      this.#root = newLeaf([element], null, null);
      this.#nodeBytes = ownBytes(this.#root);
      return null;
    }
    const split = this.#insertInto(this.#root, element);
    if (split instanceof BtreeElement) return split;
    if (split === null) return null;
    this.#root = newBranch([this.#root, split.node], [split.bound, split.bound]);
    this.#nodeBytes += ownBytes(this.#root);
    return null;
  }

  /** Takes `count` elements out, the first of them at `position`. */
  remove(position: number, count: number): void {
    if (this.#root === null || count <= 0) return;
    if (count >= this.count) {
      this.#root = null;
      this.#nodeBytes = 0;
      return;
    }
    this.#removeFrom(this.#root, position, count);
    while (!this.#root.isLeaf && this.#root.children.length === 1) {
      this.#nodeBytes -= ownBytes(this.#root);
      this.#root = this.#root.children[0];
    }
  }

  /** Answers what was split off the node, if it was, or the element that was there already. */
  #insertInto(node: TreeNode, element: BtreeElement): SplitOff | BtreeElement | null {
    let split: SplitOff;
    if (node.isLeaf) {
      const at = lowerBound(node.elements, element);
      if (isAt(node.elements, at, element)) return node.elements[at];
      node.elements.splice(at, 0, element);
      if (node.elements.length <= NODE_SIZE_MAX) return null;
      split = splitLeaf(node, at);
    } else {
      const at = childFor(node, element);
      const below = this.#insertInto(node.children[at], element);
      if (below instanceof BtreeElement) return below;
      node.count += 1;
      node.counts[at] += 1;
      if (below === null) return null;
      const moved = countOf(below.node);
      node.counts[at] -= moved;
      node.counts.splice(at + 1, 0, moved);
      node.children.splice(at + 1, 0, below.node);
      node.bounds.splice(at + 1, 0, below.bound);
      if (node.children.length <= NODE_SIZE_MAX) return null;
      split = splitBranch(node, at + 1);
    }
    this.#nodeBytes += ownBytes(split.node);
    return split;
  }

  /** Takes some of a node's elements out, but not all of them. */
  #removeFrom(node: TreeNode, position: number, count: number): void {
    if (node.isLeaf) {
      node.elements.splice(position, count);
      return;
    }
    node.count -= count;
    let [at, start] = [0, 0];
    while (start + node.counts[at] <= position) start += node.counts[at++];
    const touched = at;
    let rest = count;
    let from = position - start;
    while (rest > 0) {
      const here = Math.min(node.counts[at] - from, rest);
      if (here === node.counts[at]) this.#drop(node, at);
      else {
        this.#removeFrom(node.children[at], from, here);
        node.counts[at] -= here;
        at += 1;
      }
      rest -= here;
      from = 0;
    }
    this.#tidy(node, touched);
  }

  /** Takes a child out with all under it. */
  #drop(branch: Branch, at: number): void {
    const child = branch.children[at];
    unlinkLeaves(firstLeaf(child), lastLeaf(child));
    this.#nodeBytes -= nodeBytes(child);
    takeChildOut(branch, at);
  }

  /** Merges small children around a place where elements went. */
  #tidy(branch: Branch, touched: number): void {
    let at = Math.max(touched - 1, 0);
    let checks = 3;
    while (checks-- > 0 && at < branch.children.length - 1) {
      const mergedBytes = ownBytes(branch.children[at + 1]);
      if (mergeWithNext(branch, at)) this.#nodeBytes -= mergedBytes;
      else at += 1;
    }
  }
}

function leafFor(root: TreeNode, bkey: Bkey): Leaf {
  let node = root;
  while (!node.isLeaf) node = node.children[childFor(node, bkey)];
  return node;
}

/** The leaf in which a bkey stands or would stand, and how many elements come before that leaf. */
function placeOf(root: TreeNode, bkey: Bkey): { leaf: Leaf; before: number } {
  let before = 0;
  let node = root;
  while (!node.isLeaf) {
    const at = childFor(node, bkey);
    for (let i = 0; i < at; i++) before += node.counts[i];
    node = node.children[at];
  }
  return { leaf: node, before };
}

/** The child under which a bkey stands or would stand: the last one whose bound does not exceed it. */
function childFor({ bounds }: Branch, bkey: Bkey): number {
  let low = 1;
  let high = bounds.length - 1;
  // Bkeys that come in order, and ranges that begin with the latest, are behind the last bound.
  if (compareBkeys(bkey, bounds[high]) >= 0) return high;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (compareBkeys(bkey, bounds[middle]) < 0) high = middle - 1;
    else low = middle + 1;
  }
  return high;
}

/** The place of the first element that is not before a bkey. */
function lowerBound(elements: readonly BtreeElement[], bkey: Bkey): number {
  let low = 0;
  let high = elements.length;
  if (compareBkeys(elements[high - 1], bkey) < 0) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareBkeys(elements[middle], bkey) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isAt(elements: readonly BtreeElement[], index: number, bkey: Bkey): boolean {
  return index < elements.length && compareBkeys(elements[index], bkey) === 0;
}
