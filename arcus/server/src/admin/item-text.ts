import type { Cache, ItemId, ItemType } from "@branta/arcus-engine";

/** How scans and dumps show an item's type. */
export const TYPE_LETTERS: Readonly<Record<ItemType, string>> = {
  kv: "K",
  list: "L",
  set: "S",
  map: "M",
  "b+tree": "B",
};

/** Seconds that an item has to live: 0 for ever, −1 sticky, −2 already over. */
export function timeToLive(cache: Cache, item: ItemId): number {
  const expiryS = cache.expiry(item);
  if (expiryS <= 0) return expiryS;
  return expiryS > cache.nowS ? expiryS - cache.nowS : -2;
}
