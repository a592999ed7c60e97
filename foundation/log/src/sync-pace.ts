/** Weight of the latest sync in the average. */
const WEIGHT = 1 / 8;
/** Syncs that take longer on average are left to another thread, milliseconds. */
const QUICK_MS = 0.4;
/** One that took longer, milliseconds, sends the next ones to another thread, however quick the average. */
const SLOW_MS = 2;
/** How many it sends there. */
const SLOW_PENALTY = 64;
/** A batch of so few records was not waited for by many: sharing the sync with others would gain little. */
const LONE_RECORDS_MAX = 4;

/**
 * Decides who waits for a sync. Handing it to another thread costs two hops, about as long as a quick disk's sync takes; but
 * while the process waits itself, nobody is served. So only lone records on a disk that has been quick are waited for.
 */
export class SyncPace {
  #averageMs = QUICK_MS;
  #penalty = 0;

  /** Whether to wait on the spot for the sync of a batch. */
  waitsFor(records: number): boolean {
    if (records > LONE_RECORDS_MAX) return false;
    if (this.#penalty > 0) {
      this.#penalty--;
      return false;
    }
    return this.#averageMs < QUICK_MS;
  }

  took(elapsedMs: number): void {
    this.#averageMs += (elapsedMs - this.#averageMs) * WEIGHT;
    if (elapsedMs > SLOW_MS) this.#penalty = SLOW_PENALTY;
  }
}
