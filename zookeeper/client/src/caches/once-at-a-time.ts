/**
 * Runs a task for each key, at most once at a time: who asks while it runs makes it run once more, since what it is
 * reading may have changed. At most `limit` keys run together; the others wait their turn.
 */
export class OnceAtATime {
  readonly #limit: number;
  readonly #run: (key: string) => Promise<void>;
  readonly #idle: () => void;
  /** true: asked for again while running. */
  readonly #running = new Map<string, boolean>();
  readonly #queue = new Set<string>();

  /** @param run must not reject. @param idle called whenever nothing runs any more. */
  constructor(limit: number, run: (key: string) => Promise<void>, idle: () => void) {
    this.#limit = limit;
    this.#run = run;
    this.#idle = idle;
  }

  /** True if nothing runs or waits. */
  get idle(): boolean {
    return this.#running.size === 0;
  }

  ask(key: string): void {
    if (this.#running.has(key)) this.#running.set(key, true);
    else if (this.#running.size < this.#limit) void this.#start(key);
    else this.#queue.add(key);
  }

  /** True if what is being read for `key` is already known to be out of date. */
  isStale(key: string): boolean {
    return this.#running.get(key) === true;
  }

  async #start(key: string): Promise<void> {
    do {
      this.#running.set(key, false);
      await this.#run(key);
    } while (this.#running.get(key) === true);
    this.#running.delete(key);
    const [next] = this.#queue;
    if (next !== undefined) {
      this.#queue.delete(next);
      void this.#start(next);
    } else if (this.#running.size === 0) this.#idle();
  }
}
