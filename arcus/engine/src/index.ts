/** The cache: items, collections, prefixes and their memory. No I/O, no clock, no random numbers. */
export { Cache } from "./cache/cache.ts";
export {
  type CacheLimits,
  type CacheOptions,
  DEFAULT_CACHE_LIMITS,
  DEFAULT_LIMIT_BYTES,
} from "./cache/cache-options.ts";
export type { CacheStatistics } from "./cache/cache-statistics.ts";
export { type ItemId, NO_ITEM, STICKY } from "./cache/item-header.ts";
export { type Collection, ITEM_TYPES, type ItemType } from "./cache/item-type.ts";
export type { Arithmetic, StoreMode, StoreRequest } from "./cache/key-values.ts";
export type { IsStale, Scrub } from "./cache/scan.ts";
export { type Prefix, PREFIX_BYTES_MAX, type PrefixTable } from "./cache/prefix-table.ts";
export type { Outcome } from "./outcome.ts";
export { Glob } from "./scan/glob.ts";
export {
  allowsOverflowAction,
  type AttributeChange,
  changeAttributes,
  type CollectionAttributes,
  type CollectionType,
  isOverflowAction,
  maxCountNow,
  newAttributes,
  type OverflowAction,
  type WantedAttributes,
} from "./collections/attributes.ts";
export {
  BtreeCollection,
  type BtreeInsertOptions,
  type BtreeInsertOutcome,
  type BtreeRefusal,
  type BtreeSelection,
} from "./collections/btree/btree-collection.ts";
export { BtreeElement } from "./collections/btree/btree-element.ts";
export {
  type BtreeOrder,
  countRange,
  elementsAt,
  neighbourhoodOf,
  positionOf,
} from "./collections/btree/btree-positions.ts";
export { doArithmetic, updateElement } from "./collections/btree/btree-updates.ts";
export { smget, type SmgetRequest, type SmgetResult } from "./collections/btree/smget.ts";
export { ListCollection } from "./collections/list/list-collection.ts";
export { MapCollection, type MapElement } from "./collections/map/map-collection.ts";
export { type Random, SetCollection } from "./collections/set/set-collection.ts";
