import { type Bkey, type BkeyRange, compareBkeys, type EflagFilter, matchesFilter } from "@branta/arcus-protocol";
import type { BtreeCollection, BtreeRefusal } from "./btree-collection.ts";
import type { BtreeElement } from "./btree-element.ts";
import { directionOf, RangeScan } from "./range-scan.ts";

/** From which end positions are counted. */
export type BtreeOrder = "asc" | "desc";

/** An element's position and its neighbours, in the order of the positions. */
export interface Neighbourhood {
  readonly position: number;
  readonly elements: BtreeElement[];
  /** Where the element itself stands among them. */
  readonly index: number;
}

/** How many elements of a range pass, and how many were looked at for that. */
export interface RangeCount {
  readonly count: number;
  readonly visited: number;
}

/** Counts elements of a range; without a filter by positions alone. */
export function countRange(
  collection: BtreeCollection,
  range: BkeyRange,
  filter: EflagFilter | null,
): RangeCount | BtreeRefusal {
  if (!collection.attributes.readable) return "unreadable";
  if (collection.isOtherKind(range.from)) return "bkeyMismatch";
  if (collection.count === 0) return { count: 0, visited: 0 };
  return filter === null ? countAll(collection, range) : countMatching(collection, range, filter);
}

/** Position of an element, counted from the end that the order names. */
export function positionOf(collection: BtreeCollection, bkey: Bkey, order: BtreeOrder): number | BtreeRefusal {
  if (!collection.attributes.readable) return "unreadable";
  if (collection.count === 0) return "elementNotFound";
  if (collection.isOtherKind(bkey)) return "bkeyMismatch";
  const position = collection.tree.position(bkey);
  if (position < 0) return "elementNotFound";
  return order === "asc" ? position : collection.count - 1 - position;
}

/** An element with as many as `reach` neighbours on either side. */
export function neighbourhoodOf(
  collection: BtreeCollection,
  bkey: Bkey,
  order: BtreeOrder,
  reach: number,
): Neighbourhood | BtreeRefusal {
  const position = positionOf(collection, bkey, order);
  if (typeof position === "string") return position;
  const index = Math.min(position, reach);
  const last = Math.min(position + reach, collection.count - 1);
  return { position, index, elements: read(collection, order, position - index, last) };
}

/** The elements from one position to another; backwards when the first is the greater one. */
export function elementsAt(
  collection: BtreeCollection,
  order: BtreeOrder,
  from: number,
  to: number,
): BtreeElement[] | BtreeRefusal {
  const { count } = collection;
  if (!collection.attributes.readable) return "unreadable";
  if (count === 0 || (from >= count && to >= count)) return "elementNotFound";
  return read(collection, order, Math.min(from, count - 1), Math.min(to, count - 1));
}

function read(collection: BtreeCollection, order: BtreeOrder, from: number, to: number): BtreeElement[] {
  const { count, tree } = collection;
  const cursor = tree.at(order === "asc" ? from : count - 1 - from);
  const goesForward = (order === "asc") === from <= to;
  const elements: BtreeElement[] = [];
  for (let left = Math.abs(to - from) + 1; left > 0; left--) {
    elements.push(cursor.element!);
    if (goesForward) cursor.forward();
    else cursor.backward();
  }
  return elements;
}

function countAll({ tree, count, minBkey, maxBkey }: BtreeCollection, range: BkeyRange): RangeCount {
  const direction = directionOf(range);
  if (direction === "single") {
    const found = tree.find(range.from) === null ? 0 : 1;
    return { count: found, visited: found };
  }
  const [low, high] = direction === "ascending" ? [range.from, range.to!] : [range.to!, range.from];
  if (compareBkeys(low, minBkey!) <= 0 && compareBkeys(high, maxBkey!) >= 0) return { count, visited: 0 };
  const within = tree.rank(high, true) - tree.rank(low);
  return { count: within, visited: within };
}

function countMatching({ tree }: BtreeCollection, range: BkeyRange, filter: EflagFilter): RangeCount {
  let [count, visited] = [0, 0];
  for (const scan = new RangeScan(tree, range); scan.element !== null; scan.next()) {
    visited += 1;
    if (matchesFilter(scan.element.eflag, filter)) count += 1;
    if (scan.direction === "single") break;
  }
  return { count, visited };
}
