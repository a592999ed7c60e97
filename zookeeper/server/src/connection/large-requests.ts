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
