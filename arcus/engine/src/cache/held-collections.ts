import type { ItemId } from "./item-header.ts";
import type { Collection } from "./item-type.ts";

/** The collections of the items that hold their keys, and what they weigh together. */
export class HeldCollections {
  readonly #held = new Map<ItemId, { readonly collection: Collection; bytes: number }>();
  /** Accounted bytes of all elements, as of the last {@link settle} of each collection. */
  byteCount = 0;

  get(item: ItemId): Collection | undefined {
    return this.#held.get(item)?.collection;
  }

  /** Bytes that are counted for an item's elements. */
  bytesOf(item: ItemId): number {
    return this.#held.get(item)?.bytes ?? 0;
  }

  hold(item: ItemId, collection: Collection): void {
    this.#held.set(item, { collection, bytes: collection.bytes });
    this.byteCount += collection.bytes;
  }

  drop(item: ItemId): void {
    this.byteCount -= this.bytesOf(item);
    this.#held.delete(item);
  }

  /** Counts what a collection weighs now; tells how much more that is than before. */
  settle(item: ItemId): number {
    const held = this.#held.get(item);
    if (held === undefined) return 0;
    const change = held.collection.bytes - held.bytes;
    held.bytes += change;
    this.byteCount += change;
    return change;
  }
}
