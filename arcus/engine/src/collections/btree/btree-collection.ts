import { type Bkey, type BkeyRange, compareBkeys, type EflagFilter, matchesFilter } from "@branta/arcus-protocol";
import { type AttributeChange, changeAttributes, type CollectionAttributes, maxCountNow } from "../attributes.ts";
import { subtractBkeys } from "./bkey-distance.ts";
import type { BtreeElement } from "./btree-element.ts";
import { isLoud, overflowOf, tooFarFrom, trimsSmallest } from "./btree-overflow.ts";
import { CountedTree } from "./counted-tree.ts";
import { directionOf, RangeScan } from "./range-scan.ts";

/** What reading can be refused with. */
export type BtreeRefusal = "unreadable" | "elementNotFound" | "bkeyMismatch" | "bkeyOutOfRange";

/** How an insert ended. */
export type BtreeInsertOutcome =
  | "ok"
  | "replaced"
  | "elementExists"
  | "bkeyMismatch"
  | "bkeyOutOfRange"
  | "overflowed"
  | "outOfMemory";

export interface BtreeInsertOptions {
  /** An element with the same bkey gives way to the new one. */
  readonly replaces: boolean;
  /** The node's limit for elements of a b+tree. */
  readonly sizeMax: number;
  /** The item is sticky and sticky memory is used up. */
  readonly stickyFull?: boolean;
}

/** Elements in the order of a range or of positions. */
export interface BtreeSelection {
  readonly elements: BtreeElement[];
  /** How many elements were looked at, the filtered ones included. */
  readonly visited: number;
  /** Whether the range reaches into what a trim took away. */
  readonly touchesTrimmed: boolean;
}

type BkeyKind = "number" | "bytes";

/** Values in the order of their bkeys, each with a flag that readers can filter by. */
export class BtreeCollection {
  readonly type = "b+tree";
  readonly attributes: CollectionAttributes;
  readonly #tree = new CountedTree();
  #elementBytes = 0;
  /** Stays when the last element goes, as the real server's does; a new first element may be of the other kind. */
  #kind: BkeyKind | null = null;
  #maxBkeyRange: Bkey | null = null;
  #trimmed = false;

  constructor(attributes: CollectionAttributes) {
    this.attributes = attributes;
  }

  get count(): number {
    return this.#tree.count;
  }

  /** Accounted bytes of all elements and of the nodes that hold them, by the real server's formula. */
  get bytes(): number {
    return this.#elementBytes + this.#tree.nodeBytes;
  }

  /** The smallest bkey; null when empty. */
  get minBkey(): Bkey | null {
    return this.#tree.first;
  }

  /** The largest bkey; null when empty. */
  get maxBkey(): Bkey | null {
    return this.#tree.last;
  }

  /** The greatest distance between the outermost bkeys; null: any. */
  get maxBkeyRange(): Bkey | null {
    return this.#maxBkeyRange;
  }

  /** Whether elements were trimmed that a reader may miss. */
  get trimmed(): boolean {
    return this.#trimmed;
  }

  /** The tree itself, for reading of many collections at once; it must not be changed. */
  get tree(): CountedTree {
    return this.#tree;
  }

  /** @param trimmed takes the element that had to give way to the new one, when it was one for its number */
  insert(element: BtreeElement, options: BtreeInsertOptions, trimmed?: BtreeElement[]): BtreeInsertOutcome {
    if ((this.count > 0 || this.#maxBkeyRange !== null) && this.isOtherKind(element)) return "bkeyMismatch";
    if (this.#hasRoomFor(options)) return this.#insertFreely(element, options);
    const known = this.#tree.find(element);
    if (known !== null) return options.replaces ? this.#replace(known, element, options) : "elementExists";
    if (options.stickyFull === true) return "outOfMemory";
    const { overflowAction: action } = this.attributes;
    const overflow = this.count === 0 ? "none" : this.#overflowOf(element, options.sizeMax);
    if (overflow === "bkeyOutOfRangeTrimmed") this.#trimmed = true;
    if (overflow === "bkeyOutOfRangeTrimmed" || overflow === "bkeyOutOfRange") return "bkeyOutOfRange";
    if (overflow === "overflowed") return "overflowed";
    if (this.count === 0) this.#kind = kindOf(element);
    this.#tree.insert(element);
    this.#elementBytes += element.accountedBytes;
    if (overflow === "none") return "ok";
    if (overflow === "distance") {
      const { position, count } = tooFarFrom(element, this.#tree, this.#maxBkeyRange!, action);
      this.removeAt(position, Math.min(count, this.count - 1));
    } else {
      const position = trimsSmallest(action) ? 0 : this.count - 1;
      trimmed?.push(this.#tree.at(position).element!);
      this.removeAt(position, 1);
    }
    // A trim by distance takes what nobody may ask for any more; so nothing is missing then.
    if (isLoud(action)) this.#trimmed = overflow === "count";
    return "ok";
  }

  /** Changes an element that is there, keeping the account. */
  rewrite(element: BtreeElement, eflag: string, value: string): void {
    this.#elementBytes -= element.accountedBytes;
    element.eflag = eflag;
    element.value = value;
    this.#elementBytes += element.accountedBytes;
  }

  /** Takes elements out, the first of them at a position. */
  removeAt(position: number, count: number): void {
    if (count <= 0) return;
    const cursor = this.#tree.at(position);
    for (let i = 0; i < count; i++, cursor.forward()) this.#elementBytes -= cursor.element!.accountedBytes;
    this.#tree.remove(position, count);
  }

  /** Reads elements of a range, `offset` of the matching ones skipped, `count` of them at most (0: all). */
  get(range: BkeyRange, filter: EflagFilter | null, offset: number, count: number): BtreeSelection | BtreeRefusal {
    return this.#get(range, filter, offset, count, false);
  }

  /** Reads as {@link get} does and takes out what it read. */
  take(range: BkeyRange, filter: EflagFilter | null, offset: number, count: number): BtreeSelection | BtreeRefusal {
    return this.#get(range, filter, offset, count, true);
  }

  /** Takes elements of a range out, `count` of the matching ones at most (0: all), readable or not. */
  delete(range: BkeyRange, filter: EflagFilter | null, count: number): BtreeSelection | BtreeRefusal {
    if (this.count === 0) return "elementNotFound";
    if (this.isOtherKind(range.from)) return "bkeyMismatch";
    const selection = this.#select(range, filter, 0, count, true);
    return selection.elements.length === 0 ? "elementNotFound" : selection;
  }

  /** Changes attributes; the outermost bkeys must fit into a new greatest distance. Null allows any again. */
  changeAttributes(
    change: AttributeChange & { readonly maxBkeyRange?: Bkey | null },
    sizeMax: number,
  ): "ok" | "badValue" {
    const { maxBkeyRange } = change;
    if (maxBkeyRange && this.count > 0 && !this.#fits(maxBkeyRange)) return "badValue";
    const { overflowAction } = this.attributes;
    if (changeAttributes(this, change, sizeMax) !== "ok") return "badValue";
    if (this.attributes.overflowAction !== overflowAction) this.#trimmed = false;
    if (maxBkeyRange === undefined || (maxBkeyRange === null && this.#maxBkeyRange === null)) return "ok";
    this.#maxBkeyRange = maxBkeyRange;
    if (this.count === 0) this.#kind = maxBkeyRange === null ? null : kindOf(maxBkeyRange);
    return "ok";
  }

  /** Whether a bkey is of another kind than those of this tree are, or were. */
  isOtherKind(bkey: Bkey): boolean {
    return this.#kind !== null && this.#kind !== kindOf(bkey);
  }

  #get(
    range: BkeyRange,
    filter: EflagFilter | null,
    offset: number,
    count: number,
    takesOut: boolean,
  ): BtreeSelection | BtreeRefusal {
    if (!this.attributes.readable) return "unreadable";
    if (this.count === 0 || offset >= this.count) return "elementNotFound";
    if (this.isOtherKind(range.from)) return "bkeyMismatch";
    const selection = this.#select(range, filter, offset, count, takesOut);
    if (selection.elements.length > 0) return selection;
    return selection.touchesTrimmed ? "bkeyOutOfRange" : "elementNotFound";
  }

  #select(
    range: BkeyRange,
    filter: EflagFilter | null,
    offset: number,
    count: number,
    takesOut: boolean,
  ): BtreeSelection {
    const scan = new RangeScan(this.#tree, range, directionOf(range));
    const { overflowAction: action } = this.attributes;
    let touchesTrimmed = this.#trimmed && !scan.startsExactly && scan.bordersTrimmed(action);
    if (scan.element === null) return { elements: [], visited: 0, touchesTrimmed };
    const elements: BtreeElement[] = [];
    const places: number[] = [];
    let visited = 0;
    let skipped = 0;
    while (scan.element !== null) {
      const { element } = scan;
      if (filter === null || matchesFilter(element.eflag, filter)) {
        if (skipped < offset) skipped += 1;
        else {
          elements.push(element);
          if (takesOut) places.push(visited);
        }
      }
      visited += 1;
      if (count > 0 && elements.length >= count) break;
      scan.next();
    }
    // One bkey is looked up rather than walked to, so nothing lies behind it.
    if (this.#trimmed && scan.direction !== "single" && scan.isOff) touchesTrimmed ||= scan.bordersTrimmed(action);
    if (takesOut && places.length > 0) this.#takeOut(range, scan, places);
    return { elements, visited, touchesTrimmed };
  }

  /** @param places of the elements to take out, counted from the range's first element in its direction */
  #takeOut(range: BkeyRange, scan: RangeScan, places: readonly number[]): void {
    const descends = scan.direction === "descending";
    const start = descends ? this.#tree.rank(range.from) - (scan.startsExactly ? 0 : 1) : this.#tree.rank(range.from);
    const positions = places.map((place) => (descends ? start - place : start + place));
    if (!descends) positions.reverse();
    // From the greatest down, so that those still to go stay where they are; neighbours go together.
    for (let i = 0; i < positions.length;) {
      let last = i;
      while (last + 1 < positions.length && positions[last + 1] === positions[last] - 1) last += 1;
      this.removeAt(positions[last], last - i + 1);
      i = last + 1;
    }
  }

  /** Whether nothing can be in the way of an element more but one with its bkey. */
  #hasRoomFor({ sizeMax, stickyFull }: BtreeInsertOptions): boolean {
    if (stickyFull === true || this.#maxBkeyRange !== null) return false;
    return this.count < maxCountNow(this.attributes, sizeMax);
  }

  #insertFreely(element: BtreeElement, options: BtreeInsertOptions): BtreeInsertOutcome {
    if (this.count === 0) this.#kind = kindOf(element);
    const known = this.#tree.insert(element);
    if (known !== null) return options.replaces ? this.#replace(known, element, options) : "elementExists";
    this.#elementBytes += element.accountedBytes;
    return "ok";
  }

  #replace(known: BtreeElement, element: BtreeElement, { stickyFull }: BtreeInsertOptions): "replaced" | "outOfMemory" {
    const grows = known.eflag.length + known.value.length < element.eflag.length + element.value.length;
    if (stickyFull === true && grows) return "outOfMemory";
    this.rewrite(known, element.eflag, element.value);
    return "replaced";
  }

  #overflowOf(bkey: Bkey, sizeMax: number): ReturnType<typeof overflowOf> {
    const maxCount = maxCountNow(this.attributes, sizeMax);
    return overflowOf(this.#tree, bkey, {
      action: this.attributes.overflowAction,
      maxCount,
      maxDistance: this.#maxBkeyRange,
    });
  }

  #fits(maxDistance: Bkey): boolean {
    if (this.isOtherKind(maxDistance)) return false;
    const known = this.#maxBkeyRange;
    if (this.count < 2 || (known !== null && compareBkeys(known, maxDistance) === 0)) return true;
    const distance = subtractBkeys(this.maxBkey!, this.minBkey!, maxDistance.bytes?.length ?? 0);
    return compareBkeys(distance, maxDistance) <= 0;
  }
}

function kindOf(bkey: Bkey): BkeyKind {
  return bkey.bytes === null ? "number" : "bytes";
}
