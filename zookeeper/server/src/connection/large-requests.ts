/** Bounds the memory that large requests take together (`largeRequestThreshold`, `largeRequestMaxBytes`). */
export class LargeRequests {
  readonly #thresholdBytes: number;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(thresholdBytes: number, maxBytes: number) {
    this.#thresholdBytes = thresholdBytes;
    this.#maxBytes = maxBytes;
  }

  /** Bytes of all large requests in work. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A new connection's share of the room. */
  share(onRejected: () => void): LargeRequestShare {
    return new LargeRequestShare(this, onRejected);
  }

  isLarge(lengthBytes: number): boolean {
    return lengthBytes > this.#thresholdBytes;
  }

  /** Makes room for one; false: there is none. */
  take(lengthBytes: number): boolean {
    if (this.#bytes + lengthBytes > this.#maxBytes) return false;
    this.#bytes += lengthBytes;
    return true;
  }

  give(lengthBytes: number): void {
    this.#bytes -= lengthBytes;
  }
}

/** What one connection has taken of that room. */
export class LargeRequestShare {
  readonly #large: LargeRequests;
  readonly #onRejected: () => void;
  #bytes = 0;

  constructor(large: LargeRequests, onRejected: () => void) {
    this.#large = large;
    this.#onRejected = onRejected;
  }

  /** Whether a request of this length may be read; if it is large, it has its room from now on. */
  admits(lengthBytes: number): boolean {
    if (!this.#large.isLarge(lengthBytes)) return true;
    if (!this.#large.take(lengthBytes)) {
      this.#onRejected();
      return false;
    }
    this.#bytes += lengthBytes;
    return true;
  }

  /** All requests are answered: gives back what they had. */
  giveBack(): void {
    if (this.#bytes === 0) return;
    this.#large.give(this.#bytes);
    this.#bytes = 0;
  }
}
