import type { CollectionAttributes, CollectionType } from "../collections/attributes.ts";

/** What is stored under a key, by the words that `getattr` answers. */
export type ItemType = "kv" | CollectionType;

/** A number for each type, as an item's header holds it; also the order of `stats prefixes`. */
export const ITEM_TYPES: readonly ItemType[] = ["kv", "list", "set", "map", "b+tree"];

/** What the cache must know of a collection; the collections themselves know nothing of the cache. */
export interface Collection {
  readonly type: CollectionType;
  readonly attributes: CollectionAttributes;
  readonly count: number;
  /** Accounted memory of the collection with all its elements, without the item that holds it. */
  readonly bytes: number;
}

/** The number that an item's header has for a type. */
export function typeIndexOf(collection: Collection): number {
  return ITEM_TYPES.indexOf(collection.type);
}
