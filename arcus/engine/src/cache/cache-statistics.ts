import { type SizeClasses, SMALL_BYTES_MAX } from "./size-classes.ts";

/** What the cache counts of itself, for `stats`, `stats items` and metrics. */
export class CacheStatistics {
  items = 0;
  /** Items stored since the start. */
  totalItems = 0;
  /** Accounted bytes of all items with their elements, by the real server's formula. */
  bytes = 0;
  stickyItems = 0;
  stickyBytes = 0;
  evictions = 0;
  /** Evictions of items that would have expired some day. */
  evictedNonzero = 0;
  /** How long the last evicted item had not been used, in seconds. */
  evictedTimeS = 0;
  /** Expired or flushed items whose memory was taken for others. */
  reclaimed = 0;
  outOfMemory = 0;
  /** Large items by size; all others are of class 0. */
  classes: SizeClasses;

  constructor(classes: SizeClasses) {
    this.classes = classes;
  }

  /** Counts that an item of so many bytes came (1) or went (−1). */
  countItem(byteCount: number, isSticky: boolean, sign: 1 | -1): void {
    this.items += sign;
    if (isSticky) this.stickyItems += sign;
    if (byteCount > SMALL_BYTES_MAX) this.#countLarge(byteCount, isSticky, sign);
  }

  countEviction(byteCount: number, hasExpiry: boolean, idleS: number): void {
    this.evictions++;
    this.evictedTimeS = idleS;
    if (hasExpiry) this.evictedNonzero++;
    if (byteCount > SMALL_BYTES_MAX) this.classes.of(byteCount).countEviction(hasExpiry, idleS);
  }

  countReclaim(byteCount: number): void {
    this.reclaimed++;
    if (byteCount > SMALL_BYTES_MAX) this.classes.of(byteCount).reclaimed++;
  }

  #countLarge(byteCount: number, isSticky: boolean, sign: 1 | -1): void {
    const large = this.classes.of(byteCount);
    large.items += sign;
    large.bytes += sign * byteCount;
    if (isSticky) large.stickyItems += sign;
  }

  /** As `stats reset`: forgets what adds up, keeps what is. */
  reset(): void {
    this.totalItems = 0;
    this.evictions = 0;
    this.evictedNonzero = 0;
    this.evictedTimeS = 0;
    this.reclaimed = 0;
    this.outOfMemory = 0;
    this.classes.reset();
  }
}
