import type { Arena } from "./arena.ts";
import { type ItemId, LRU_NEXT, LRU_PREVIOUS, NO_ITEM } from "./item-header.ts";

/** Items in the order in which they were last used, linked through their headers. */
export class LruList {
  readonly #arena: Arena;
  /** Used last. */
  head: ItemId = NO_ITEM;
  /** Used longest ago. */
  tail: ItemId = NO_ITEM;
  count = 0;
  /** Where the search for expired items goes on, from the tail towards the head. */
  #sweep: ItemId = NO_ITEM;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  addFirst(item: ItemId): void {
    const { words } = this.#arena;
    const at = item * 4;
    words[at + LRU_NEXT] = this.head;
    words[at + LRU_PREVIOUS] = NO_ITEM;
    if (this.head === NO_ITEM) this.tail = item;
    else words[this.head * 4 + LRU_PREVIOUS] = item;
    this.head = item;
    this.count++;
  }

  remove(item: ItemId): void {
    const { words } = this.#arena;
    const at = item * 4;
    const next = words[at + LRU_NEXT];
    const previous = words[at + LRU_PREVIOUS];
    if (next === NO_ITEM) this.tail = previous;
    else words[next * 4 + LRU_PREVIOUS] = previous;
    if (previous === NO_ITEM) this.head = next;
    else words[previous * 4 + LRU_NEXT] = next;
    if (this.#sweep === item) this.#sweep = previous;
    this.count--;
  }

  /** The item used just after this one. */
  newer(item: ItemId): ItemId {
    return this.#arena.words[item * 4 + LRU_PREVIOUS];
  }

  /** The item used just before this one. */
  older(item: ItemId): ItemId {
    return this.#arena.words[item * 4 + LRU_NEXT];
  }

  /** The next item to look at in a search of all that begins again at the tail. */
  nextOfSweep(): ItemId {
    const item = this.#sweep === NO_ITEM ? this.tail : this.#sweep;
    this.#sweep = item === NO_ITEM ? NO_ITEM : this.newer(item);
    return item;
  }
}
