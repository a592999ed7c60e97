/** Used places after which the rest is moved to the front. */
const MOVE_AFTER = 1024;

/** First in, first out, without moving what waits at each step. */
export class Fifo<Item> {
  #items: Item[] = [];
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
    this.#first++;
    if (this.#first === this.#items.length) {
      this.#items.length = 0;
      this.#first = 0;
    } else if (this.#first >= MOVE_AFTER) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
  }
}
