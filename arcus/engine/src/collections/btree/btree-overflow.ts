import { type Bkey, compareBkeys } from "@branta/arcus-protocol";
import type { OverflowAction } from "../attributes.ts";
import { decrementBkey, subtractBkeys } from "./bkey-distance.ts";
import type { BtreeElement } from "./btree-element.ts";
import type { CountedTree } from "./counted-tree.ts";

/** What one more element would mean for a tree, by number and by the distance between its outermost bkeys. */
export type Overflow =
  | "none"
  /** Its outermost element gives way: the smallest, or the largest by the action. */
  | "count"
  /** All give way that are then too far from the new one. */
  | "distance"
  | "overflowed"
  | "bkeyOutOfRange"
  /** Out of range because it would be the first to go; so it counts as trimmed. */
  | "bkeyOutOfRangeTrimmed";

/** Which end an action trims. */
export function trimsSmallest(action: OverflowAction): boolean {
  return action === "smallest_trim" || action === "smallest_silent_trim";
}

function trimsLargest(action: OverflowAction): boolean {
  return action === "largest_trim" || action === "largest_silent_trim";
}

/** Whether readers are told of what the action takes away. */
export function isLoud(action: OverflowAction): boolean {
  return action === "smallest_trim" || action === "largest_trim";
}

/** Tells what a new bkey would mean for a tree that has elements. */
export function overflowOf(
  tree: CountedTree,
  bkey: Bkey,
  limits: { readonly action: OverflowAction; readonly maxCount: number; readonly maxDistance: Bkey | null },
): Overflow {
  const { action, maxCount, maxDistance } = limits;
  const [smallest, largest] = [tree.first!, tree.last!];
  const isBelow = compareBkeys(bkey, smallest) < 0;
  const isAbove = compareBkeys(bkey, largest) > 0;
  if (maxDistance !== null && (isBelow || isAbove)) {
    const distance = isBelow ? distanceOf(largest, bkey, maxDistance) : distanceOf(bkey, smallest, maxDistance);
    const makesRoom = isBelow ? trimsLargest(action) : trimsSmallest(action);
    if (compareBkeys(distance, maxDistance) > 0) return makesRoom ? "distance" : "bkeyOutOfRange";
  }
  if (tree.count < maxCount) return "none";
  if (action === "error") return "overflowed";
  if (trimsSmallest(action) ? isBelow : isAbove) return isLoud(action) ? "bkeyOutOfRangeTrimmed" : "bkeyOutOfRange";
  return "count";
}

/** The elements too far from a bkey at one end of the tree: where they begin and how many. */
export function tooFarFrom(
  bkey: BtreeElement,
  tree: CountedTree,
  maxDistance: Bkey,
  action: OverflowAction,
): { readonly position: number; readonly count: number } {
  if (trimsSmallest(action)) {
    const lastGone = decrementBkey(distanceOf(bkey, maxDistance, maxDistance));
    const last = tree.seek(lastGone, -1)?.element;
    return { position: 0, count: last ? tree.rank(last) + 1 : 0 };
  }
  const largest = tree.last!;
  const beyond = distanceOf(distanceOf(largest, bkey, maxDistance), maxDistance, maxDistance);
  const firstGone = distanceOf(largest, decrementBkey(beyond), maxDistance);
  const position = tree.rank(firstGone);
  return { position, count: tree.count - position };
}

function distanceOf(a: Bkey, b: Bkey, maxDistance: Bkey): Bkey {
  return subtractBkeys(a, b, maxDistance.bytes?.length ?? 0);
}
