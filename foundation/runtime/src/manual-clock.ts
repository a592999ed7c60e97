import type { Clock, Timer } from "./clock.ts";

interface Wish {
  readonly dueMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that stands still until it is told to move: for tests and simulations. */
export class ManualClock implements Clock {
  #nowMs = 0;
  #order = 0;
  readonly #wallStartMs: number;
  readonly #wishes = new Set<Wish>();

  constructor(wallStartMs = 0) {
    this.#wallStartMs = wallStartMs;
  }

  /** Timers that have neither run nor been cancelled. */
  get pending(): number {
    return this.#wishes.size;
  }

  /** When the next timer is due, Infinity where there is none. */
  get nextDueMs(): number {
    return this.#next(Number.POSITIVE_INFINITY)?.dueMs ?? Number.POSITIVE_INFINITY;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#wallStartMs + Math.floor(this.#nowMs);
  }

  after(delayMs: number, run: () => void): Timer {
    const wish: Wish = { dueMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, run };
    this.#wishes.add(wish);
    return { cancel: () => void this.#wishes.delete(wish) };
  }

  soon(run: () => void): void {
    queueMicrotask(run);
  }

  /** Moves the time on and runs what falls due, in order of due time, then of asking. */
  advance(elapsedMs: number): void {
    const untilMs = this.#nowMs + elapsedMs;
    for (let next = this.#next(untilMs); next !== null; next = this.#next(untilMs)) {
      this.#wishes.delete(next);
      this.#nowMs = next.dueMs;
      next.run();
    }
    this.#nowMs = untilMs;
  }

  #next(untilMs: number): Wish | null {
    let best: Wish | null = null;
    for (const wish of this.#wishes) {
      if (wish.dueMs > untilMs) continue;
      if (best === null || wish.dueMs < best.dueMs || (wish.dueMs === best.dueMs && wish.order < best.order))
        best = wish;
    }
    return best;
  }
}
