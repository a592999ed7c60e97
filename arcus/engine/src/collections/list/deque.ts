/** The smallest ring, in slots. */
const CAPACITY_MIN = 4;

/**
 * A sequence in a ring of slots: both ends and any index in constant time, a place in the middle by moving the
 * shorter side. The ring grows by doubling, and shrinks when a quarter of it would do.
 */
export class Deque<Value> {
  #slots: (Value | undefined)[] = emptySlots(CAPACITY_MIN);
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The value at this place, 0 … length − 1. */
  at(index: number): Value {
    if (index < 0 || index >= this.#length) throw new RangeError(`cannot read place "${index}" of ${this.#length}`);
    return this.#slots[(this.#head + index) & (this.#slots.length - 1)] as Value;
  }

  /** Puts a value before the one at this place; at place `length`, at the end. */
  insert(index: number, value: Value): void {
    if (index < 0 || index > this.#length) throw new RangeError(`cannot insert at "${index}" of ${this.#length}`);
    if (this.#length === this.#slots.length) this.#resize(this.#slots.length * 2);
    if (index * 2 < this.#length) {
      this.#head = (this.#head - 1) & (this.#slots.length - 1);
      this.#length += 1;
      for (let i = 0; i < index; i += 1) this.#move(i + 1, i);
    } else {
      this.#length += 1;
      for (let i = this.#length - 1; i > index; i -= 1) this.#move(i - 1, i);
    }
    this.#slots[this.#slot(index)] = value;
  }

  /** Takes out `count` values from this place on. */
  remove(index: number, count: number): void {
    const behind = this.#length - index - count;
    if (index < 0 || count < 0 || behind < 0) {
      throw new RangeError(`cannot remove ${count} values at "${index}" of ${this.#length}`);
    }
    if (index < behind) {
      for (let i = index - 1; i >= 0; i -= 1) this.#move(i, i + count);
      for (let i = 0; i < count; i += 1) this.#slots[this.#slot(i)] = undefined;
      this.#head = this.#slot(count);
    } else {
      for (let i = index; i < index + behind; i += 1) this.#move(i + count, i);
      for (let i = this.#length - count; i < this.#length; i += 1) this.#slots[this.#slot(i)] = undefined;
    }
    this.#length -= count;
    this.#shrink();
  }

  #slot(index: number): number {
    return (this.#head + index) & (this.#slots.length - 1);
  }

  #move(from: number, to: number): void {
    this.#slots[this.#slot(to)] = this.#slots[this.#slot(from)];
  }

  #shrink(): void {
    let capacity = this.#slots.length;
    while (capacity > CAPACITY_MIN && this.#length * 4 <= capacity) capacity /= 2;
    if (capacity !== this.#slots.length) this.#resize(capacity);
  }

  #resize(capacity: number): void {
    const slots = emptySlots<Value>(capacity);
    for (let i = 0; i < this.#length; i += 1) slots[i] = this.#slots[this.#slot(i)];
    this.#slots = slots;
    this.#head = 0;
  }
}

/** Slots without holes: V8 then keeps the array fast. The length is a power of two. */
function emptySlots<Value>(capacity: number): (Value | undefined)[] {
  return Array.from<Value | undefined>({ length: capacity }).fill(undefined);
}
