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

  countEviction(hasExpiry: boolean, idleS: number): void {
    this.evictions++;
    this.evictedTimeS = idleS;
    if (hasExpiry) this.evictedNonzero++;
  }

  /** As `stats reset`: forgets what adds up, keeps what is. */
  reset(): void {
    this.totalItems = 0;
    this.evictions = 0;
    this.evictedNonzero = 0;
    this.evictedTimeS = 0;
    this.reclaimed = 0;
    this.outOfMemory = 0;
  }
}
