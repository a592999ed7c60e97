/** Input of a connection that cannot be executed yet: the start of a request, or all that came while it was held. */
export class PendingInput {
  #chunks: Buffer[] = [];
  #byteCount = 0;
  /** Bytes that the request at the front has in all; there is no use in looking at it before. */
  #expected = 0;

  get isEmpty(): boolean {
    return this.#byteCount === 0;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#byteCount += chunk.length;
  }

  /** The request at the front needs so many bytes. */
  expect(byteCount: number): void {
    this.#expected = byteCount;
  }

  /** Adds a chunk and gives everything when it may be enough for a request; else null. */
  join(chunk: Buffer): Buffer | null {
    this.add(chunk);
    return this.#byteCount < this.#expected ? null : this.takeAll();
  }

  /** All of it in one piece; null when there is nothing. */
  takeAll(): Buffer | null {
    if (this.#byteCount === 0) return null;
    const all = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks, this.#byteCount);
    this.#chunks = [];
    this.#byteCount = 0;
    this.#expected = 0;
    return all;
  }
}
