import type { Cache, IsStale } from "@branta/arcus-engine";

/** What a scrub removes: dead items, or those of other nodes of the cloud, too. */
type Mode = "scrub" | "scrub stale";

/** Whether this node owns the key `bytes[start, end)`. */
export type OwnsKey = (bytes: Buffer, start: number, end: number) => boolean;

/**
 * `scrub`: walks over all items and removes those that have expired or were flushed; a stale scrub also those that the
 * ring has given to other nodes. It works in slices between requests, so that none waits for it.
 */
export class Scrubber {
  readonly #cache: Cache;
  readonly #owns: OwnsKey;
  readonly #now: () => number;
  /** Items of one slice. */
  countPerSlice: number;
  #mode: Mode = "scrub";
  #isRunning = false;
  #startedMs: number | null = null;
  #stoppedMs: number | null = null;
  #visited = 0;
  #cleaned = 0;
  #cursor = 0;

  /** @param options.now wall clock, ms */
  constructor(options: { cache: Cache; owns: OwnsKey; countPerSlice: number; now: () => number }) {
    this.#cache = options.cache;
    this.#owns = options.owns;
    this.countPerSlice = options.countPerSlice;
    this.#now = options.now;
  }

  /** @returns false while one runs */
  start(mode: Mode): boolean {
    if (this.#isRunning) return false;
    this.#begin(mode);
    this.#isRunning = true;
    setImmediate(() => this.#slice());
    return true;
  }

  /** Starts a stale scrub, or turns the running one into one that begins anew: the ring has changed. */
  startStale(): void {
    if (this.#isRunning) this.#begin("scrub stale");
    else this.start("scrub stale");
  }

  /** Name and value of each line of `stats scrub`. */
  *stats(): Generator<readonly [name: string, value: string | number]> {
    yield ["scrubber:status", this.#isRunning ? "running" : "stopped"];
    if (this.#startedMs === null) return;
    yield ["scrubber:run_mode", this.#mode];
    if (this.#stoppedMs !== null) {
      yield ["scrubber:last_run", Math.floor(this.#stoppedMs / 1000) - Math.floor(this.#startedMs / 1000)];
    }
    yield ["scrubber:visited", this.#visited];
    yield ["scrubber:cleaned", this.#cleaned];
  }

  #begin(mode: Mode): void {
    this.#mode = mode;
    this.#startedMs = this.#now();
    this.#stoppedMs = null;
    this.#visited = this.#cleaned = this.#cursor = 0;
  }

  #slice(): void {
    const isStale: IsStale | null =
      this.#mode === "scrub" ? null : (bytes, start, end) => !this.#owns(bytes, start, end);
    const { next, visited, cleaned } = this.#cache.scrub(this.#cursor, this.countPerSlice, isStale);
    this.#visited += visited;
    this.#cleaned += cleaned;
    this.#cursor = next;
    if (next !== 0) {
      setImmediate(() => this.#slice());
      return;
    }
    this.#stoppedMs = this.#now();
    this.#isRunning = false;
  }
}
