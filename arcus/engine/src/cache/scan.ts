import { keyStart } from "./hash-index.ts";
import type { ItemId } from "./item-header.ts";
import type { ItemStore } from "./item-store.ts";

/** Buckets of the index that a scan looks at for each item that is asked for. */
const BUCKETS_AN_ITEM = 4;

/** Whether a key belongs elsewhere by now. */
export type IsStale = (bytes: Buffer, start: number, end: number) => boolean;

/** What a part of a scrub came to. */
export interface Scrub {
  next: number;
  visited: number;
  cleaned: number;
}

/** Shows live items, but not the server's own, and returns the next cursor. */
export function scanItems(store: ItemStore, cursor: number, count: number, show: (item: ItemId) => void): number {
  const found: ItemId[] = [];
  const collect = (item: ItemId): void => {
    if (store.isLive(item) && !store.prefixOf(item).isInternal) found.push(item);
  };
  let next = cursor;
  let bucketsLeft = count * BUCKETS_AN_ITEM;
  do next = store.index.scan(next, collect);
  while (next > 0 && found.length < count && --bucketsLeft > 0);
  for (const item of found) show(item);
  return next;
}

/** Removes unfit items among the next `count` or so. */
export function scrubItems(store: ItemStore, cursor: number, count: number, isStale: IsStale | null): Scrub {
  const scrub: Scrub = { next: cursor, visited: 0, cleaned: 0 };
  const clean = (item: ItemId): void => {
    scrub.visited++;
    const start = keyStart(store.arena.words, item);
    const isStaleNow = isStale?.(store.arena.bytes, start, start + store.keyLength(item)) === true;
    if (!isStaleNow && store.isLive(item)) return;
    scrub.cleaned++;
    store.remove(item);
  };
  do scrub.next = store.index.scan(scrub.next, clean);
  while (scrub.next > 0 && scrub.visited < count);
  return scrub;
}
