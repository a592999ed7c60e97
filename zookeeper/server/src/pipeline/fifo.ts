/** Used places after which the rest is moved to the front. */
const MOVE_AFTER = 1024;

/**
 * First in, first out, without moving what waits at each step.
 *
 * A used place is emptied at once: what lies dead in a long-lived array outlives every collection of young objects, and
 * all that it refers to with it.
 */
export class Fifo<Item> {
  #items: (Item | undefined)[] = [];
  #first = 0;

  get size(): number {
    return this.#items.length - this.#first;
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  /** The oldest, which stays. */
  peek(): Item | undefined {
    return this.#items[this.#first];
  }

  shift(): void {
    this.#items[this.#first++] = undefined;
    if (this.#first === this.#items.length) {
      this.#items.length = 0;
      this.#first = 0;
    } else if (this.#first >= MOVE_AFTER) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
  }
}
