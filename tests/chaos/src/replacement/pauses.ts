/** Measures how long nothing was acknowledged, by what was being done to the servers. */
export class Pauses {
  readonly #longestMs = new Map<string, number>();
  #phase = "";

  /** What is being done from now on. */
  begin(phase: string): void {
    this.#phase = phase;
    this.#longestMs.set(phase, 0);
  }

  /** A client whose last write was acknowledged `gapMs` ago has had another one acknowledged. */
  note(gapMs: number): void {
    this.#longestMs.set(this.#phase, Math.max(gapMs, this.#longestMs.get(this.#phase) ?? 0));
  }

  /** The longest of each phase, ms. */
  get longestMs(): ReadonlyMap<string, number> {
    return this.#longestMs;
  }
}
