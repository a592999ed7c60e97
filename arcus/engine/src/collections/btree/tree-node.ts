import type { Bkey } from "@branta/arcus-protocol";
import { slotBytes } from "../slot-bytes.ts";
import type { BtreeElement } from "./btree-element.ts";

/** Elements of a leaf, and children of a branch, at most (BTREE_ITEM_COUNT of engines/default/item_base.h). */
export const NODE_SIZE_MAX = 32;
/** Neighbours that are both smaller than this become one. */
const NODE_SIZE_SMALL = NODE_SIZE_MAX / 2;
/** What a split at an end of the tree moves to a node of its own, where keys that come in order go on. */
const EDGE_SIZE = 3;

/** What the real server accounts for a node, in bytes (btree_leaf_node, btree_indx_node). */
const LEAF_BYTES = slotBytes(280);
const BRANCH_BYTES = slotBytes(408);

/** Elements beside each other; leaves know their neighbours. */
export interface Leaf {
  readonly isLeaf: true;
  elements: BtreeElement[];
  previous: Leaf | null;
  next: Leaf | null;
}

/** Nodes beside each other, and how many elements stand under them. */
export interface Branch {
  readonly isLeaf: false;
  children: TreeNode[];
  /** By child: elements under it. They stand here so that adding them up does not touch the children. */
  counts: number[];
  /** By child: a bound that its elements reach or exceed and those of the child before do not reach; [0] is not read. */
  bounds: Bkey[];
  count: number;
}

export type TreeNode = Leaf | Branch;

/** The right half of a node that was split, and the bound between both. */
export interface SplitOff {
  readonly node: TreeNode;
  readonly bound: Bkey;
}

export function newLeaf(elements: BtreeElement[], previous: Leaf | null, next: Leaf | null): Leaf {
  return { isLeaf: true, elements, previous, next };
}

export function newBranch(children: TreeNode[], bounds: Bkey[]): Branch {
  const counts = children.map((child) => countOf(child));
  return { isLeaf: false, children, counts, bounds, count: counts.reduce((sum, count) => sum + count, 0) };
}

/** Elements under a node. */
export function countOf(node: TreeNode): number {
  return node.isLeaf ? node.elements.length : node.count;
}

/** Elements of a leaf or children of a branch. */
export function sizeOf(node: TreeNode): number {
  return node.isLeaf ? node.elements.length : node.children.length;
}

/** Accounted bytes of a node itself. */
export function ownBytes(node: TreeNode): number {
  return node.isLeaf ? LEAF_BYTES : BRANCH_BYTES;
}

/** Accounted bytes of a node and all under it, elements left out. */
export function nodeBytes(node: TreeNode): number {
  return node.isLeaf ? LEAF_BYTES : node.children.reduce((sum, child) => sum + nodeBytes(child), BRANCH_BYTES);
}

export function firstLeaf(node: TreeNode): Leaf {
  let at = node;
  while (!at.isLeaf) at = at.children[0];
  return at;
}

export function lastLeaf(node: TreeNode): Leaf {
  let at = node;
  while (!at.isLeaf) at = at.children.at(-1)!;
  return at;
}

/** A copy of a bkey, so that a bound does not keep an element's value alive. */
export function boundOf({ high, low, bytes }: Bkey): Bkey {
  return { high, low, bytes };
}

/** Takes the right part of an overfull leaf off; keys that come in order leave full leaves behind. */
export function splitLeaf(leaf: Leaf, insertedAt: number): SplitOff {
  const { elements, next, previous } = leaf;
  const keep = leftSize(insertedAt, previous === null, next === null);
  const node = newLeaf(elements.splice(keep), leaf, next);
  if (next !== null) next.previous = node;
  leaf.next = node;
  return { node, bound: boundOf(node.elements[0]) };
}

/** Takes the right part of an overfull branch off. */
export function splitBranch(branch: Branch, insertedAt: number): SplitOff {
  const { children } = branch;
  const keep = leftSize(insertedAt, insertedAt === 1, insertedAt === children.length - 1);
  const node = newBranch(children.splice(keep), branch.bounds.splice(keep));
  branch.counts.length = keep;
  branch.count -= node.count;
  return { node, bound: node.bounds[0] };
}

/**
 * How much of an overfull node stays on the left, counted as the real server does, which makes the room before it
 * inserts: it moves a few at an end of the tree, and half elsewhere (do_btree_node_sbalance of coll_btree.c).
 */
function leftSize(insertedAt: number, isFirst: boolean, isLast: boolean): number {
  const goesLeft = isFirst && (!isLast || insertedAt < NODE_SIZE_SMALL);
  if (goesLeft) return insertedAt < EDGE_SIZE ? EDGE_SIZE + 1 : EDGE_SIZE;
  const stays = isLast ? NODE_SIZE_MAX - EDGE_SIZE : NODE_SIZE_SMALL;
  return insertedAt < stays ? stays + 1 : stays;
}

/** Makes one node of a child and the one after it when both are small. @returns whether it did */
export function mergeWithNext(branch: Branch, at: number): boolean {
  const left = branch.children[at];
  const right = branch.children[at + 1];
  if (left === undefined || right === undefined) return false;
  if (sizeOf(left) >= NODE_SIZE_SMALL || sizeOf(right) >= NODE_SIZE_SMALL) return false;
  if (left.isLeaf && right.isLeaf) {
    left.elements.push(...right.elements);
    unlinkLeaves(right, right);
  } else if (!left.isLeaf && !right.isLeaf) {
    right.bounds[0] = branch.bounds[at + 1];
    left.children.push(...right.children);
    left.counts.push(...right.counts);
    left.bounds.push(...right.bounds);
    left.count += right.count;
  }
  branch.counts[at] += branch.counts[at + 1];
  takeChildOut(branch, at + 1);
  return true;
}

/** Takes a child out of its branch's lists. */
export function takeChildOut(branch: Branch, at: number): void {
  branch.children.splice(at, 1);
  branch.counts.splice(at, 1);
  branch.bounds.splice(at, 1);
}

/** Takes the leaves from one to another, both included, out of the chain. */
export function unlinkLeaves(first: Leaf, last: Leaf): void {
  if (first.previous !== null) first.previous.next = last.next;
  if (last.next !== null) last.next.previous = first.previous;
}
