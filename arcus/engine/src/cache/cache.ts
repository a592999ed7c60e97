import type { Outcome } from "../outcome.ts";
import { accountedItemBytes, itemTotalBytes } from "./accounted-bytes.ts";
import { type CacheLimits, type CacheOptions, DEFAULT_CACHE_LIMITS, DEFAULT_LIMIT_BYTES } from "./cache-options.ts";
import type { CacheStatistics } from "./cache-statistics.ts";
import { expiryOf } from "./expiry-of.ts";
import { flushItems } from "./flush.ts";
import { keyStart } from "./hash-index.ts";
import { EXPIRY, FLAGS, type ItemId, NO_ITEM, STICKY } from "./item-header.ts";
import { readPayload, writePayload } from "./item-payload.ts";
import { ItemStore } from "./item-store.ts";
import { type Collection, ITEM_TYPES, type ItemType, typeIndexOf } from "./item-type.ts";
import { type Arithmetic, KeyValues, type StoreMode, type StoreRequest } from "./key-values.ts";
import type { PrefixTable } from "./prefix-table.ts";
import { SizeClasses } from "./size-classes.ts";
import { type IsStale, scanItems, type Scrub, scrubItems } from "./scan.ts";

/**
 * All items of a node. Key-value items lie outside the JavaScript heap and are worked on in place; a collection is an
 * object beside the item that holds its key. Keys, values and data blocks come as a buffer with start and end, so that
 * nothing need be cut out of a request.
 *
 * It reads no clock: {@link nowS} is set once a second.
 */
export class Cache {
  readonly limits: CacheLimits;
  readonly prefixes: PrefixTable;
  readonly statistics: CacheStatistics;
  readonly #store: ItemStore;
  readonly #keyValues: KeyValues;
  /** When the cache was started, in unix seconds. */
  readonly startedS: number;

  constructor(options: CacheOptions = {}) {
    this.limits = { ...DEFAULT_CACHE_LIMITS };
    for (const name of Object.keys(this.limits) as (keyof CacheLimits)[]) {
      this.limits[name] = options[name] ?? this.limits[name];
    }
    this.startedS = options.startedS ?? 0;
    this.#store = new ItemStore({
      limitBytes: options.limitBytes ?? DEFAULT_LIMIT_BYTES,
      yardBytes: options.yardBytes ?? 0,
      prefixDelimiter: options.prefixDelimiter ?? ":",
      hashSeed: options.hashSeed ?? 0,
      classes: new SizeClasses(options.chunkBytes ?? 48, options.growthFactor ?? 1.25, this.limits.itemBytesMax),
    });
    this.#store.canEvict = options.canEvict ?? true;
    this.prefixes = this.#store.prefixes;
    this.statistics = this.#store.statistics;
    this.#keyValues = new KeyValues(this.#store, this.limits);
    this.nowS = Math.max(this.startedS, 2);
  }

  /** Unix seconds. */
  get nowS(): number {
    return this.#store.nowS;
  }

  set nowS(seconds: number) {
    this.#store.nowS = seconds;
  }

  /** The memory that items lie in; its front, as many bytes as were asked for, is the server's. */
  get memory(): Buffer {
    return this.#store.arena.bytes;
  }

  /** Memory that items and elements may have. */
  get limitBytes(): number {
    return this.#store.limitBytes;
  }

  /** Memory that items and elements have now. */
  get usedBytes(): number {
    return this.#store.usedBytes;
  }

  /** Memory for items that was ever written to; the operating system has given no more. */
  get touchedBytes(): number {
    return this.#store.arena.touchedBytes;
  }

  /** Free memory between items in pieces too short for the largest items, which could have it only in pieces. */
  get tooShortBytes(): number {
    return this.#store.arena.tooShortBytes;
  }

  /** Memory of the index of keys, which no limit is about. */
  get indexBytes(): number {
    return this.#store.index.byteCount;
  }

  get canEvict(): boolean {
    return this.#store.canEvict;
  }

  /** Changes the limit; "badValue" below what sticky items may have, "outOfMemory" beyond the system's. A lower one evicts. */
  setLimitBytes(limitBytes: number): Outcome {
    if (limitBytes < this.limits.stickyBytesMax) return "badValue";
    if (!this.#store.arena.grow(limitBytes)) return "outOfMemory";
    this.#store.limitBytes = limitBytes;
    this.#store.makeRoom(0, NO_ITEM);
    return "ok";
  }

  /** The live item with this key, or 0; notes that it is used. */
  find(bytes: Buffer, start: number, end: number): ItemId {
    const item = this.#store.find(bytes, start, end);
    if (item !== NO_ITEM) this.#store.touch(item);
    return item;
  }

  /** The live item with this key, or 0, without noting a use. */
  peek(bytes: Buffer, start: number, end: number): ItemId {
    return this.#store.find(bytes, start, end);
  }

  typeOf(item: ItemId): ItemType {
    return ITEM_TYPES[this.#store.typeIndex(item)];
  }

  isKeyValue(item: ItemId): boolean {
    return this.#store.typeIndex(item) === 0;
  }

  collection(item: ItemId): Collection | undefined {
    return this.#store.collection(item);
  }

  /** The number that the client stored with the item, 32 bits. */
  flags(item: ItemId): number {
    return this.#store.flags(item);
  }

  /** Unix seconds; 0 is never, −1 sticky. */
  expiry(item: ItemId): number {
    return this.#store.expiry(item);
  }

  /** Unix seconds of the last use that was noted. */
  accessS(item: ItemId): number {
    return this.#store.accessS(item);
  }

  casUnique(item: ItemId): number {
    return this.#store.casUnique(item);
  }

  keyLength(item: ItemId): number {
    return this.#store.keyLength(item);
  }

  /** Where the key begins in {@link memory}. */
  keyStart(item: ItemId): number {
    return keyStart(this.#store.arena.words, item);
  }

  /** The key, a character a byte. */
  keyText(item: ItemId): string {
    const start = this.keyStart(item);
    return this.memory.latin1Slice(start, start + this.keyLength(item));
  }

  /** Bytes of a key-value item's value, without CRLF. */
  valueLength(item: ItemId): number {
    return this.#store.valueLength(item);
  }

  /** Copies `length` bytes of a value and the CRLF behind it, from `offset` on, to `target` at `at`. */
  readValue(item: ItemId, offset: number, length: number, target: Buffer, at: number): void {
    readPayload(this.#store.arena, item, this.#store.keyLength(item) + offset, length, target, at);
  }

  /** Stores a key-value item. The data are bytes of the same buffer as the key, without CRLF. */
  store(mode: StoreMode, request: StoreRequest): Outcome {
    return this.#keyValues.store(mode, request);
  }

  /** Adds to the number under a key, or stores `initial` where there is none and that is wanted. */
  arithmetic(bytes: Buffer, start: number, end: number, arithmetic: Arithmetic): Outcome {
    return this.#keyValues.arithmetic(bytes, start, end, arithmetic);
  }

  /** The number that the last {@link arithmetic} left. */
  get lastNumber(): bigint {
    return this.#keyValues.lastNumber;
  }

  /** Puts a new collection under a key. */
  create(bytes: Buffer, start: number, end: number, flags: number, expiryS: number, collection: Collection): Outcome {
    const store = this.#store;
    if (store.find(bytes, start, end) !== NO_ITEM) return "keyExists";
    if (expiryS === STICKY && this.isStickyFull) return "outOfMemory";
    if (!store.makeRoom(collection.bytes, NO_ITEM)) return "outOfMemory";
    const item = store.allocate(end - start, 0, NO_ITEM);
    if (item === NO_ITEM) return "outOfMemory";
    const prefix = store.prefixes.find(bytes, start, end, store.nowS);
    if (prefix === null) {
      store.skipCas();
      store.release(item);
      return store.prefixes.refusal;
    }
    writePayload(store.arena, item, 0, bytes, start, end);
    store.arena.words[item * 4 + FLAGS] = flags | 0;
    store.arena.words[item * 4 + EXPIRY] = expiryS;
    store.link(item, store.index.hash(bytes, start, end), prefix, typeIndexOf(collection), collection);
    return "ok";
  }

  /**
   * Makes room for so many accounted bytes more before an element is inserted, by evicting others than `keep`;
   * "outOfMemory" when that is not possible.
   */
  reserve(byteCount: number, keep: ItemId): Outcome {
    return this.#store.makeRoom(byteCount, keep) ? "ok" : "outOfMemory";
  }

  /** Counts what a collection weighs, after each change of it. */
  settle(item: ItemId): void {
    this.#store.settle(item);
  }

  remove(item: ItemId): void {
    this.#store.remove(item);
  }

  /** Removes the item with this key. */
  delete(bytes: Buffer, start: number, end: number): Outcome {
    const item = this.#store.find(bytes, start, end);
    if (item === NO_ITEM) return "keyNotFound";
    this.#store.remove(item);
    return "ok";
  }

  /** An item cannot become sticky, nor stop being it. */
  setExpiry(item: ItemId, expiryS: number): Outcome {
    const before = this.#store.expiry(item);
    if ((before === STICKY) !== (expiryS === STICKY)) return "badValue";
    this.#store.arena.words[item * 4 + EXPIRY] = expiryS;
    if (before === 0 && expiryS !== 0) this.#store.moveToFront(item);
    return "ok";
  }

  /** When an item of this time to live expires: unix seconds; 0 is never, −1 sticky. */
  expiryOf(timeToLiveS: number): number {
    return expiryOf(timeToLiveS, this.nowS, this.startedS);
  }

  /** Sticky items have all the memory that they may have. */
  get isStickyFull(): boolean {
    return this.statistics.stickyBytes >= this.limits.stickyBytesMax;
  }

  isTooLarge(keyLength: number, valueLength: number): boolean {
    return itemTotalBytes(keyLength, valueLength) > this.limits.itemBytesMax;
  }

  /** Bytes that the real server would account for an item, without a collection's elements. */
  accountedBytes(item: ItemId): number {
    return accountedItemBytes(this.#store.typeIndex(item), this.keyLength(item), this.valueLength(item));
  }

  /**
   * Forgets all items, or those of one prefix (its name; empty is that of the keys without one): those of now, or when
   * `whenS` comes those that were stored before it.
   */
  flush(prefixName: string | null, whenS: number): Outcome {
    return flushItems(this.#store, prefixName, whenS);
  }

  /**
   * Shows live items from the cursor on until it has shown `count` or looked at four times as many buckets, and returns
   * the next cursor: 0 after the last item, −1 where the cursor is none.
   */
  scanKeys(cursor: number, count: number, show: (item: ItemId) => void): number {
    return scanItems(this.#store, cursor, count, show);
  }

  /**
   * Looks at about `count` items from the cursor on and removes those that have expired or that `isStale` by their
   * keys; `next` is 0 after the last item.
   */
  scrub(cursor: number, count: number, isStale: IsStale | null): Scrub {
    return scrubItems(this.#store, cursor, count, isStale);
  }

  /** Items in the order of use: `forward` from the last used on. */
  *items(options: { sticky: boolean; forward: boolean }): Iterable<ItemId> {
    const list = options.sticky ? this.#store.sticky : this.#store.lru;
    let item = options.forward ? list.head : list.tail;
    while (item !== NO_ITEM) {
      yield item;
      item = options.forward ? list.older(item) : list.newer(item);
    }
  }
}
