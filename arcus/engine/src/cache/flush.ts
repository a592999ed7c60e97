import type { Outcome } from "../outcome.ts";
import { type ItemId, NO_ITEM } from "./item-header.ts";
import type { ItemStore } from "./item-store.ts";
import type { LruList } from "./lru-list.ts";
import type { Prefix } from "./prefix-table.ts";

/**
 * Forgets all items, or those of one prefix. Those of the present second go one by one, for a time of access could not
 * tell them from those that come after the flush; all older ones are unfit from then on and go when they are met.
 */
export function flushItems(store: ItemStore, prefixName: string | null, whenS: number): Outcome {
  const oldestLiveS = (whenS === 0 ? store.nowS : whenS) - 1;
  let prefix: Prefix | undefined;
  if (prefixName === null) store.oldestLiveS = oldestLiveS;
  else {
    prefix = prefixName === "" ? store.prefixes.none : store.prefixes.byName(prefixName);
    if (prefix === undefined) return "prefixNotFound";
    prefix.oldestLiveS = oldestLiveS;
  }
  store.expectDead();
  removeUsedSince(store, store.lru, prefix, oldestLiveS);
  removeUsedSince(store, store.sticky, prefix, oldestLiveS);
  return "ok";
}

/** The list is in the order of access. */
function removeUsedSince(store: ItemStore, list: LruList, prefix: Prefix | undefined, sinceS: number): void {
  let item: ItemId = list.head;
  while (item !== NO_ITEM && store.accessS(item) >= sinceS) {
    const next = list.older(item);
    if (prefix === undefined || store.prefixOf(item) === prefix) store.remove(item);
    item = next;
  }
}
