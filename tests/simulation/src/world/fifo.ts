/**
 * First in, first out, in a ring of places that are used again and again: an array that is shifted gives its memory away with
 * every item, and asks for more with the next.
 */
export class Fifo<Item> {
  /** Their number is a power of two. */
  #places: (Item | undefined)[] = [undefined, undefined, undefined, undefined];
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The item that came before the others, undefined if there is none. */
  get first(): Item | undefined {
    return this.#places[this.#head];
  }

  push(item: Item): void {
    if (this.#length === this.#places.length) this.#grow();
    this.#places[this.#at(this.#length++)] = item;
  }

  /** Takes the first item. */
  shift(): Item | undefined {
    const item = this.first;
    if (this.#length === 0) return undefined;
    this.#places[this.#head] = undefined;
    this.#head = this.#at(1);
    this.#length--;
    return item;
  }

  /** Only the first `length` items stay. */
  cut(length: number): void {
    while (this.#length > length) this.#places[this.#at(--this.#length)] = undefined;
  }

  #at(index: number): number {
    return (this.#head + index) & (this.#places.length - 1);
  }

  #grow(): void {
    const places: (Item | undefined)[] = [];
    for (let index = 0; index < this.#length; index++) places.push(this.#places[this.#at(index)]);
    for (let index = 0; index < this.#length; index++) places.push(undefined);
    this.#places = places;
    this.#head = 0;
  }
}
