import { type Bkey, type BkeyRange, compareBkeys } from "@branta/arcus-protocol";
import type { OverflowAction } from "../attributes.ts";
import type { BtreeElement } from "./btree-element.ts";
import type { CountedTree } from "./counted-tree.ts";
import type { Cursor } from "./cursor.ts";

/** Whether a range is one bkey or goes up or down. */
export type Direction = "single" | "ascending" | "descending";

export function directionOf({ from, to }: BkeyRange): Direction {
  const order = to === null ? 0 : compareBkeys(from, to);
  if (order === 0) return "single";
  return order < 0 ? "ascending" : "descending";
}

/**
 * A walk over the elements of a range in its direction. It knows when it leaves the elements on the side where a trim
 * took some away, exactly as the real server does: also one that stops right at the last bkey of its range does not.
 */
export class RangeScan {
  /** The element it stands on; null when the range has no more. */
  element: BtreeElement | null = null;
  /** Whether the first element has exactly the bkey that the range begins with. */
  readonly startsExactly: boolean;
  readonly direction: Direction;
  readonly #tree: CountedTree;
  #cursor: Cursor;
  readonly #to: Bkey;
  #reachedTo = false;

  /** @param tree must have elements */
  constructor(tree: CountedTree, range: BkeyRange, direction: Direction = directionOf(range)) {
    const step = direction === "descending" ? -1 : 1;
    this.direction = direction;
    this.#tree = tree;
    this.#to = range.to ?? range.from;
    this.#cursor = tree.seek(range.from, step)!;
    const { element } = this.#cursor;
    this.startsExactly = element !== null && compareBkeys(element, range.from) === 0;
    const isWithin = direction === "single" ? this.startsExactly : element !== null && !this.#isBeyond(element);
    this.element = isWithin ? element : null;
  }

  next(): void {
    if (this.#reachedTo) {
      this.element = null;
      return;
    }
    if (this.direction === "descending") this.#cursor.backward();
    else this.#cursor.forward();
    this.#arrive();
  }

  /** Goes on to an element that {@link next} would come to later. */
  jumpTo(element: BtreeElement): void {
    this.#cursor = this.#tree.seek(element, this.direction === "descending" ? -1 : 1)!;
    this.#arrive();
  }

  #arrive(): void {
    const { element } = this.#cursor;
    this.element = element !== null && !this.#isBeyond(element) ? element : null;
    this.#reachedTo = this.element !== null && compareBkeys(this.element, this.#to) === 0;
  }

  /** Whether the walk left the tree; a range that ends before does not. */
  get isOff(): boolean {
    return this.#cursor.off !== null;
  }

  /** Whether the place it stands at borders on what a trim of that kind took away. */
  bordersTrimmed(action: OverflowAction): boolean {
    const { off } = this.#cursor;
    if (action === "smallest_trim") {
      const comesUp = this.direction === "ascending" || (this.direction === "single" && !this.startsExactly);
      return off === null ? comesUp && this.#cursor.isFirst : off === "front";
    }
    if (action !== "largest_trim") return false;
    return off === null ? this.direction === "descending" && this.#cursor.isLast : off === "back";
  }

  #isBeyond(element: BtreeElement): boolean {
    const order = compareBkeys(element, this.#to);
    return this.direction === "descending" ? order < 0 : order > 0;
  }
}
