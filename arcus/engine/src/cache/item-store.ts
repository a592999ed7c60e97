import { accountedItemBytes, itemTotalBytes } from "./accounted-bytes.ts";
import { Arena, CELL_BYTES } from "./arena.ts";
import { CasNumbers } from "./cas-numbers.ts";
import { CacheStatistics } from "./cache-statistics.ts";
import { HashIndex } from "./hash-index.ts";
import {
  ACCESS,
  CAS_HIGH_AND_KEY,
  EXPIRY,
  HASH,
  HEADER_BYTES,
  type ItemId,
  NO_ITEM,
  PREFIX_AND_TYPE,
  SCATTERED_HEADER_BYTES,
  STICKY,
  VALUE_LENGTH,
} from "./item-header.ts";
import { writePayload } from "./item-payload.ts";
import { HeldCollections } from "./held-collections.ts";
import { ItemReader } from "./item-reader.ts";
import type { Collection } from "./item-type.ts";
import { LruList } from "./lru-list.ts";
import { type Prefix, PrefixTable } from "./prefix-table.ts";
import type { SizeClasses } from "./size-classes.ts";

const CRLF = Buffer.from("\r\n");
/** An item moves to the front when it is used, but not again within so many seconds. */
const TOUCH_INTERVAL_S = 60;
/** When memory is full, each allocation looks at so many items for expired ones before it evicts a live one. */
const SWEEP = 10;
/** Before that, once any item can have died, each allocation looks at so many: the dead make room before memory grows. */
const SWEEP_AHEAD = 2;

interface StoreOptions {
  readonly limitBytes: number;
  readonly yardBytes: number;
  readonly prefixDelimiter: string;
  readonly hashSeed: number;
  readonly classes: SizeClasses;
}

/** How an item's memory, its place in the index and in the order of use, and what is counted of it belong together. */
export class ItemStore extends ItemReader {
  readonly index: HashIndex;
  readonly lru: LruList;
  readonly sticky: LruList;
  readonly prefixes: PrefixTable;
  readonly statistics: CacheStatistics;
  /** Unix seconds. */
  nowS = 1;
  /** Items used last at this time or before are flushed once it has come; 0 for none. */
  oldestLiveS = 0;
  limitBytes: number;
  canEvict = true;
  readonly #held = new HeldCollections();
  readonly #cas = new CasNumbers();
  /** There has been an item that can expire, or a flush. */
  #hasMortals = false;

  constructor(options: StoreOptions) {
    super(new Arena(options.limitBytes, options.yardBytes));
    this.limitBytes = options.limitBytes;
    this.statistics = new CacheStatistics(options.classes);
    this.index = new HashIndex(this.arena, options.hashSeed);
    this.lru = new LruList(this.arena);
    this.sticky = new LruList(this.arena);
    this.prefixes = new PrefixTable(options.prefixDelimiter);
  }

  /** Bytes that count towards the limit. */
  get usedBytes(): number {
    return this.arena.usedCells * CELL_BYTES + this.#held.byteCount;
  }

  prefixOf(item: ItemId): Prefix {
    return this.prefixes.byId(this.arena.words[item * 4 + PREFIX_AND_TYPE] >>> 8);
  }

  collection(item: ItemId): Collection | undefined {
    return this.#held.get(item);
  }

  /** Neither expired nor flushed. */
  isLive(item: ItemId): boolean {
    const { words } = this.arena;
    const at = item * 4;
    const expiryS = words[at + EXPIRY];
    if (expiryS > 0 && expiryS <= this.nowS) return false;
    const accessS = words[at + ACCESS];
    if (this.oldestLiveS !== 0 && this.oldestLiveS <= this.nowS && accessS <= this.oldestLiveS) return false;
    const { oldestLiveS } = this.prefixOf(item);
    return oldestLiveS === 0 || oldestLiveS > this.nowS || accessS > oldestLiveS;
  }

  /** The live item with this key; one that has expired or was flushed goes now. */
  find(key: Buffer, start: number, end: number): ItemId {
    const item = this.index.find(this.index.hash(key, start, end), key, start, end);
    if (item === NO_ITEM || this.isLive(item)) return item;
    this.remove(item);
    return NO_ITEM;
  }

  /** As {@link find}, for one who stores: a dead item's memory is wanted, so it counts as reclaimed. */
  findToStore(hash: number, key: Buffer, start: number, end: number): ItemId {
    const item = this.index.find(hash, key, start, end);
    if (item === NO_ITEM || this.isLive(item)) return item;
    this.reclaim(item);
    return NO_ITEM;
  }

  /** Notes that an item was used. */
  touch(item: ItemId): void {
    const at = item * 4 + ACCESS;
    if (this.arena.words[at] < this.nowS - TOUCH_INTERVAL_S) this.moveToFront(item);
  }

  moveToFront(item: ItemId): void {
    const list = this.#listOf(item);
    list.remove(item);
    this.arena.words[item * 4 + ACCESS] = this.nowS;
    list.addFirst(item);
  }

  /** Memory for an item, with its lengths and CRLF written; 0 when there is none and none can be evicted. */
  allocate(keyLength: number, valueLength: number, keep: ItemId): ItemId {
    const byteCount = HEADER_BYTES + keyLength + valueLength + CRLF.length;
    if (this.#hasMortals) this.#sweepExpired(keep, SWEEP_AHEAD);
    if (!this.makeRoom(byteCount, keep)) return NO_ITEM;
    let item = this.arena.allocate(byteCount, SCATTERED_HEADER_BYTES + keyLength);
    while (item === NO_ITEM) {
      if (!this.canEvict || !this.#evictOne(keep)) return this.#outOfMemory();
      item = this.arena.allocate(byteCount, SCATTERED_HEADER_BYTES + keyLength);
    }
    const { words } = this.arena;
    words[item * 4 + CAS_HIGH_AND_KEY] = keyLength;
    words[item * 4 + VALUE_LENGTH] = valueLength;
    writePayload(this.arena, item, keyLength + valueLength, CRLF, 0, CRLF.length);
    return item;
  }

  /** Evicts until so many bytes more fit under the limit; false when they cannot. */
  makeRoom(byteCount: number, keep: ItemId): boolean {
    if (this.usedBytes + byteCount <= this.limitBytes) return true;
    // What never fits must not drive out all the others.
    if (byteCount > this.limitBytes) return this.#outOfMemory() !== NO_ITEM;
    this.#sweepExpired(keep, SWEEP);
    while (this.usedBytes + byteCount > this.limitBytes) {
      if (!this.canEvict || !this.#evictOne(keep)) return this.#outOfMemory() !== NO_ITEM;
    }
    return true;
  }

  /** Gives back an item that was never linked. */
  release(item: ItemId): void {
    this.arena.free(item, HEADER_BYTES + this.keyLength(item) + this.valueLength(item) + CRLF.length);
  }

  /** Makes an item with its key written findable, under its prefix. */
  link(item: ItemId, hash: number, prefix: Prefix, typeIndex: number, collection: Collection | null): void {
    const { words } = this.arena;
    const at = item * 4;
    words[at + HASH] = hash;
    words[at + PREFIX_AND_TYPE] = (prefix.id << 8) | typeIndex;
    words[at + ACCESS] = this.nowS;
    this.renewCas(item);
    if (collection !== null) this.#held.hold(item, collection);
    this.index.add(item);
    this.#listOf(item).addFirst(item);
    this.#count(item, prefix, 1);
    this.statistics.totalItems++;
  }

  /** Puts a new key-value item in the place of the one it replaces, which goes. */
  replace(old: ItemId, item: ItemId): void {
    const { words } = this.arena;
    const prefix = this.prefixOf(old);
    this.#count(old, prefix, -1);
    this.#listOf(old).remove(old);
    words[item * 4 + HASH] = words[old * 4 + HASH];
    words[item * 4 + PREFIX_AND_TYPE] = words[old * 4 + PREFIX_AND_TYPE];
    words[item * 4 + ACCESS] = this.nowS;
    this.renewCas(item);
    this.index.replace(old, item);
    this.release(old);
    this.#listOf(item).addFirst(item);
    this.#count(item, prefix, 1);
    this.statistics.totalItems++;
  }

  /** Takes an item out and gives its memory back. */
  remove(item: ItemId): void {
    const prefix = this.prefixOf(item);
    this.#count(item, prefix, -1);
    this.#listOf(item).remove(item);
    this.index.remove(item);
    if (this.typeIndex(item) !== 0) this.#held.drop(item);
    this.release(item);
    if (prefix.itemCount === 0) this.prefixes.drop(prefix);
  }

  /** Counts what a collection weighs now. */
  settle(item: ItemId): void {
    const change = this.#held.settle(item);
    this.#weigh(item, this.prefixOf(item), change);
  }

  /** The real server numbers an item before it looks at its prefix, so one that is refused has used a number up. */
  skipCas(): void {
    this.#cas.skip();
  }

  /** Gives an item a number that no other content of any key has had. */
  renewCas(item: ItemId): void {
    this.#cas.give(this.arena.words, item);
  }

  /** Counts that a key-value item in place became longer or shorter by `change` bytes of its value. */
  changeValueLength(item: ItemId, valueLength: number): void {
    const prefix = this.prefixOf(item);
    const before = this.#accountedBytes(item);
    const isSticky = this.expiry(item) === STICKY;
    this.statistics.countItem(this.#totalBytes(item), isSticky, -1);
    this.arena.words[item * 4 + VALUE_LENGTH] = valueLength;
    this.statistics.countItem(this.#totalBytes(item), isSticky, 1);
    this.#weigh(item, prefix, this.#accountedBytes(item) - before);
  }

  /** Items may be dead from now on: from here to the end of the process, for the search for them is cheap. */
  expectDead(): void {
    this.#hasMortals = true;
  }

  #listOf(item: ItemId): LruList {
    const expiryS = this.arena.words[item * 4 + EXPIRY];
    if (expiryS > 0) this.#hasMortals = true;
    return expiryS === STICKY ? this.sticky : this.lru;
  }

  #totalBytes(item: ItemId): number {
    return itemTotalBytes(this.keyLength(item), this.valueLength(item));
  }

  #accountedBytes(item: ItemId): number {
    return accountedItemBytes(this.typeIndex(item), this.keyLength(item), this.valueLength(item));
  }

  #count(item: ItemId, prefix: Prefix, sign: 1 | -1): void {
    const type = this.typeIndex(item);
    prefix.itemCount += sign;
    prefix.counts[type] += sign;
    this.statistics.countItem(this.#totalBytes(item), this.expiry(item) === STICKY, sign);
    const elements = type === 0 ? 0 : this.#held.bytesOf(item);
    this.#weigh(item, prefix, sign * (this.#accountedBytes(item) + elements));
  }

  #weigh(item: ItemId, prefix: Prefix, change: number): void {
    prefix.bytes[this.typeIndex(item)] += change;
    this.statistics.bytes += change;
    if (this.expiry(item) === STICKY) this.statistics.stickyBytes += change;
  }

  #evictOne(keep: ItemId): boolean {
    let item = this.lru.tail;
    if (item === keep && item !== NO_ITEM) item = this.lru.newer(item);
    if (item === NO_ITEM) return false;
    const { statistics } = this;
    const byteCount = this.#totalBytes(item);
    if (!this.isLive(item)) statistics.countReclaim(byteCount);
    else statistics.countEviction(byteCount, this.expiry(item) !== 0, this.nowS - this.accessS(item));
    this.remove(item);
    return true;
  }

  /** Removes a dead item whose memory somebody can use. */
  reclaim(item: ItemId): void {
    this.statistics.countReclaim(this.#totalBytes(item));
    this.remove(item);
  }

  #sweepExpired(keep: ItemId, count: number): void {
    this.#sweepList(this.sticky, keep, count);
    this.#sweepList(this.lru, keep, count);
  }

  #sweepList(list: LruList, keep: ItemId, count: number): void {
    for (let i = 0; i < count; i++) {
      const item = list.nextOfSweep();
      if (item === NO_ITEM) return;
      if (item === keep || this.isLive(item)) continue;
      this.reclaim(item);
    }
  }

  #outOfMemory(): ItemId {
    this.statistics.outOfMemory++;
    return NO_ITEM;
  }
}
