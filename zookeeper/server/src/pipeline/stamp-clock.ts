import type { Clock } from "@branta/foundation-runtime";

/** Requests that may share a reading of the clock: together they take well below a millisecond. */
const STAMPS_MAX = 32;

/**
 * The time that requests and replies are stamped with, for latencies in milliseconds and for sessions' deadlines. To ask the
 * system each time costs a twentieth of what it takes to answer a read, so it is asked when something arrives
 * ({@link refresh}) and then once every few requests.
 */
export class StampClock {
  readonly #clock: Clock;
  #nowMs: number;
  #stamps = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#nowMs = clock.nowMs();
  }

  /** To be called at the beginning of a turn: after it the stamps are of this moment. */
  refresh(): void {
    this.#nowMs = this.#clock.nowMs();
    this.#stamps = 0;
  }

  /** Milliseconds on the clock's own scale, at most some requests old. */
  nowMs(): number {
    if (++this.#stamps > STAMPS_MAX) this.refresh();
    return this.#nowMs;
  }
}
