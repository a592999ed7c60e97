import type { Clock, Timer } from "@branta/foundation-runtime";

const INTERVAL_MS = 2_000;
/** Requests that leave garbage worth collecting. */
const BUSY_REQUESTS_MIN = 50_000;
/** Pings of a thousand sessions, say: with so few in an interval a pause meets hardly anybody. */
const IDLE_REQUESTS_MAX = 200;

export interface IdleCollectorOptions {
  readonly clock: Clock;
  /** Requests that have come since the server started. */
  requests(): number;
  /** Collects garbage and gives its pages back: a pause of tens of milliseconds. */
  collect(): void;
}

/**
 * Gives back what a busy time has taken, once it is over. V8 keeps the room for young objects at its largest, and old
 * garbage until more of it comes, which an idle server never brings.
 */
export class IdleCollector implements Disposable {
  readonly #options: IdleCollectorOptions;
  #timer: Timer | null = null;
  #seen = 0;
  #collectedAt = 0;

  constructor(options: IdleCollectorOptions) {
    this.#options = options;
  }

  start(): void {
    this.#seen = this.#collectedAt = this.#options.requests();
    this.#wait();
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #wait(): void {
    this.#timer = this.#options.clock.after(INTERVAL_MS, () => this.#check());
  }

  #check(): void {
    const requests = this.#options.requests();
    // A reset of the statistics counts from 0 again.
    const recent = requests < this.#seen ? requests : requests - this.#seen;
    if (requests < this.#collectedAt) this.#collectedAt = 0;
    this.#seen = requests;
    if (recent <= IDLE_REQUESTS_MAX && requests - this.#collectedAt >= BUSY_REQUESTS_MIN) {
      this.#collectedAt = requests;
      this.#options.collect();
    }
    this.#wait();
  }
}
