import type { Arena } from "./arena.ts";
import {
  CAS_HIGH_AND_KEY,
  HASH,
  HASH_NEXT,
  HEADER_BYTES,
  type ItemId,
  NO_ITEM,
  SCATTERED_HEADER_BYTES,
} from "./item-header.ts";
import { CELL_BYTES, ITEM_RUN_NEXT_WORD } from "./arena.ts";

const BUCKETS_MIN = 1 << 12;
/** A growing index splits so many buckets with each item that is added, so no request waits for all of it. */
const SPLITS = 2;

const FNV_OFFSET = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;

/**
 * Finds items by key. The chains run through the items' headers; the index itself has one word a bucket, and grows a
 * bucket at a time (linear hashing), so that neither garbage nor a long pause comes of it.
 */
export class HashIndex {
  readonly #arena: Arena;
  readonly #seed: number;
  #buckets = new Int32Array(BUCKETS_MIN);
  /** Buckets before this round of splits began, a power of two. */
  #base = BUCKETS_MIN;
  /** Buckets of this round that are split. */
  #split = 0;
  count = 0;

  /** @param seed makes it hard to guess which keys share a bucket */
  constructor(arena: Arena, seed: number) {
    this.#arena = arena;
    this.#seed = (FNV_OFFSET ^ seed) | 0;
  }

  /** Memory of the index itself. */
  get byteCount(): number {
    return this.#buckets.byteLength;
  }

  hash(bytes: Buffer, start: number, end: number): number {
    let hash = this.#seed;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at], FNV_PRIME);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 0x2c1b3c6d);
    return hash ^ (hash >>> 12);
  }

  find(hash: number, key: Buffer, start: number, end: number): ItemId {
    const { words, bytes } = this.#arena;
    const length = end - start;
    let item = this.#buckets[this.#bucketOf(hash)];
    while (item !== NO_ITEM) {
      const at = item * 4;
      if (words[at + HASH] === hash && (words[at + CAS_HIGH_AND_KEY] & 0xffff) === length) {
        const keyAt = keyStart(words, item);
        let i = 0;
        while (i < length && bytes[keyAt + i] === key[start + i]) i++;
        if (i === length) return item;
      }
      item = words[at + HASH_NEXT];
    }
    return NO_ITEM;
  }

  add(item: ItemId): void {
    const { words } = this.#arena;
    const bucket = this.#bucketOf(words[item * 4 + HASH]);
    words[item * 4 + HASH_NEXT] = this.#buckets[bucket];
    this.#buckets[bucket] = item;
    this.count++;
    for (let i = 0; i < SPLITS && this.count > this.#base + this.#split; i++) this.#splitOne();
  }

  remove(item: ItemId): void {
    const { words } = this.#arena;
    const bucket = this.#bucketOf(words[item * 4 + HASH]);
    const next = words[item * 4 + HASH_NEXT];
    let other = this.#buckets[bucket];
    if (other === item) this.#buckets[bucket] = next;
    else {
      while (words[other * 4 + HASH_NEXT] !== item) other = words[other * 4 + HASH_NEXT];
      words[other * 4 + HASH_NEXT] = next;
    }
    this.count--;
  }

  /** Puts one item in another's place; both have the same key. */
  replace(old: ItemId, item: ItemId): void {
    const { words } = this.#arena;
    words[item * 4 + HASH_NEXT] = words[old * 4 + HASH_NEXT];
    const bucket = this.#bucketOf(words[old * 4 + HASH]);
    let other = this.#buckets[bucket];
    if (other === old) this.#buckets[bucket] = item;
    else {
      while (words[other * 4 + HASH_NEXT] !== old) other = words[other * 4 + HASH_NEXT];
      words[other * 4 + HASH_NEXT] = item;
    }
  }

  /**
   * Shows all items of one bucket and returns the cursor of the next, 0 after the last. Cursors count with reversed
   * bits, so an item that is there all the time is shown also when the index grows between two calls; −1 where there
   * is no such bucket.
   */
  scan(cursor: number, show: (item: ItemId) => void): number {
    const mask = this.#base * 2 - 1;
    if (cursor > mask) return -1;
    const { words } = this.#arena;
    if (cursor < this.#base + this.#split) {
      let item = this.#buckets[cursor];
      while (item !== NO_ITEM) {
        // The item may be gone once it was shown.
        const next = words[item * 4 + HASH_NEXT];
        show(item);
        item = next;
      }
    }
    return reverseBits(reverseBits(cursor | ~mask) + 1) >>> 0;
  }

  #bucketOf(hash: number): number {
    const wide = hash & (this.#base * 2 - 1);
    return wide < this.#base + this.#split ? wide : hash & (this.#base - 1);
  }

  /** Shares out the items of the next bucket between it and a new one at the end. */
  #splitOne(): void {
    if (this.#base + this.#split === this.#buckets.length) {
      const wider = new Int32Array(this.#buckets.length * 2);
      wider.set(this.#buckets);
      this.#buckets = wider;
    }
    const { words } = this.#arena;
    const buckets = this.#buckets;
    const low = this.#split;
    const high = low + this.#base;
    let item = buckets[low];
    let lows = NO_ITEM;
    let highs = NO_ITEM;
    while (item !== NO_ITEM) {
      const at = item * 4;
      const next = words[at + HASH_NEXT];
      if ((words[at + HASH] & this.#base) === 0) {
        words[at + HASH_NEXT] = lows;
        lows = item;
      } else {
        words[at + HASH_NEXT] = highs;
        highs = item;
      }
      item = next;
    }
    buckets[low] = lows;
    buckets[high] = highs;
    if (++this.#split === this.#base) {
      this.#base *= 2;
      this.#split = 0;
    }
  }
}

/** Where an item's key begins, in bytes of the arena. */
export function keyStart(words: Int32Array, item: ItemId): number {
  const isScattered = words[item * 4 + ITEM_RUN_NEXT_WORD] !== 0;
  return item * CELL_BYTES + (isScattered ? SCATTERED_HEADER_BYTES : HEADER_BYTES);
}

function reverseBits(value: number): number {
  let bits = value;
  bits = ((bits >>> 1) & 0x55555555) | ((bits & 0x55555555) << 1);
  bits = ((bits >>> 2) & 0x33333333) | ((bits & 0x33333333) << 2);
  bits = ((bits >>> 4) & 0x0f0f0f0f) | ((bits & 0x0f0f0f0f) << 4);
  bits = ((bits >>> 8) & 0x00ff00ff) | ((bits & 0x00ff00ff) << 8);
  return (bits >>> 16) | (bits << 16);
}
