/** Lets something happen so many times in an interval, counted from the first use of each interval. */
export class RateLimiter {
  readonly #rate: number;
  readonly #intervalMs: number;
  #remaining: number;
  #resetAtMs: number;

  /** @param nowMs any monotonic clock's present, as {@link allow} gets it later */
  constructor(rate: number, intervalMs: number, nowMs: number) {
    this.#rate = rate;
    this.#intervalMs = intervalMs;
    this.#remaining = rate;
    this.#resetAtMs = nowMs;
  }

  /** Whether it may happen now; if so it counts. */
  allow(nowMs: number): boolean {
    if (nowMs > this.#resetAtMs + this.#intervalMs) {
      this.#remaining = this.#rate;
      this.#resetAtMs = nowMs;
    }
    if (this.#remaining === 0) return false;
    this.#remaining--;
    return true;
  }
}
