const EVERY_MS = 100;

/** How long the machine has kept this process waiting: what servers then lose by their time limits is no fault of theirs. */
export class Stalls implements Disposable {
  longestMs = 0;
  #lastMs = performance.now();
  readonly #timer = setInterval(() => {
    const nowMs = performance.now();
    this.longestMs = Math.max(this.longestMs, nowMs - this.#lastMs - EVERY_MS);
    this.#lastMs = nowMs;
  }, EVERY_MS);

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
