import { type CollectionAttributes, maxCountNow } from "../attributes.ts";
import { slotBytes } from "../slot-bytes.ts";
import { Deque } from "./deque.ts";

/** A stretch of a list: where reading starts, how many elements, and whether it goes towards the tail. */
export interface ListRange {
  readonly start: number;
  readonly count: number;
  readonly forward: boolean;
}

/** The node's own fields of a list element, in bytes (list_elem_item of engines/default/item_base.h). */
const ELEMENT_BYTES = 32;
/** A value is kept without the line end that it is accounted with, in bytes. */
const LINE_END_BYTES = 2;

/** A list of values, reached by index from either end. Values are one-byte strings, without their line end. */
export class ListCollection {
  readonly type = "list";
  readonly attributes: CollectionAttributes;
  readonly #values = new Deque<string>();
  #bytes = 0;

  constructor(attributes: CollectionAttributes) {
    this.attributes = attributes;
  }

  get count(): number {
    return this.#values.length;
  }

  /** Accounted bytes of all elements, by the real server's formula. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Puts a value at an index; −1 is behind the tail. A full list makes room as its overflow action says, or at the
   * opposite end when the value goes to an end. `stickyFull`: the item is sticky and sticky memory is used up.
   */
  insert(
    index: number,
    value: string,
    sizeMax: number,
    stickyFull = false,
  ): "ok" | "outOfRange" | "overflowed" | "outOfMemory" {
    const maxCount = maxCountNow(this.attributes, sizeMax);
    const distance = index >= 0 ? index + 1 : -index;
    if (distance > maxCount || distance > this.count + 1) return "outOfRange";
    if (stickyFull) return "outOfMemory";
    const isFull = this.count >= maxCount;
    if (isFull && this.attributes.overflowAction === "error") return "overflowed";
    const wanted = isFull ? this.#makeRoom(index) : index;
    const place = wanted < 0 ? Math.max(wanted + this.count + 1, 0) : Math.min(wanted, this.count);
    this.#values.insert(place, value);
    this.#bytes += elementBytes(value);
    return "ok";
  }

  /** The stretch from one index to the other, cut to the list; null when both lie outside on the same side. */
  range(from: number, to: number): ListRange | null {
    const { count } = this;
    if (count === 0) return null;
    let first = from < 0 ? from + count : from;
    let last = to < 0 ? to + count : to;
    if ((first < 0 && last < 0) || (first >= count && last >= count)) return null;
    first = Math.min(Math.max(first, 0), count - 1);
    last = Math.min(Math.max(last, 0), count - 1);
    return { start: first, count: Math.abs(last - first) + 1, forward: first <= last };
  }

  /** The values of a stretch, in its direction. */
  read(range: ListRange): string[] {
    const step = range.forward ? 1 : -1;
    const values: string[] = [];
    for (let i = 0; i < range.count; i += 1) values.push(this.#values.at(range.start + i * step));
    return values;
  }

  /** Takes the elements of a stretch out. */
  remove(range: ListRange): void {
    const first = range.forward ? range.start : range.start - range.count + 1;
    for (let i = 0; i < range.count; i += 1) this.#bytes -= elementBytes(this.#values.at(first + i));
    this.#values.remove(first, range.count);
  }

  /** Takes one element out of a full list and answers the index that the new value then has. */
  #makeRoom(index: number): number {
    const trimsHead = index === -1 || (index !== 0 && this.attributes.overflowAction === "head_trim");
    this.remove({ start: trimsHead ? 0 : this.count - 1, count: 1, forward: true });
    if (index === 0 || index === -1) return index;
    if (trimsHead) return index > 0 ? index - 1 : index;
    return index < 0 ? index + 1 : index;
  }
}

function elementBytes(value: string): number {
  return slotBytes(ELEMENT_BYTES + value.length + LINE_END_BYTES);
}
