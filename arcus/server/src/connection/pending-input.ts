const LINE_FEED = 0x0a;

/** What all connections of a node may keep of input that cannot be executed yet. */
export class InputBudget {
  byteCount = 0;
  readonly #maxBytes: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get isExceeded(): boolean {
    return this.byteCount > this.#maxBytes;
  }
}

/** Input of a connection that cannot be executed yet: the start of a request, or all that came while it was held. */
export class PendingInput {
  readonly #budget: InputBudget;
  #chunks: Buffer[] = [];
  #byteCount = 0;
  /** Bytes that the request at the front has in all; there is no use in looking at it before. */
  #expected = 0;
  #awaitsLine = false;

  constructor(budget: InputBudget) {
    this.#budget = budget;
  }

  get byteCount(): number {
    return this.#byteCount;
  }

  get isEmpty(): boolean {
    return this.#byteCount === 0;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#byteCount += chunk.length;
    this.#budget.byteCount += chunk.length;
  }

  /** The request at the front needs so many bytes. */
  expect(byteCount: number): void {
    this.#expected = byteCount;
  }

  /** The request at the front needs a line end; until one comes it is looked at only when there is twice as much. */
  expectLine(byteCount: number): void {
    this.#expected = byteCount * 2;
    this.#awaitsLine = true;
  }

  /** Adds a chunk and gives everything when it may be enough for a request; else null. */
  join(chunk: Buffer): Buffer | null {
    this.add(chunk);
    if (this.#awaitsLine && chunk.includes(LINE_FEED)) return this.takeAll();
    return this.#byteCount < this.#expected ? null : this.takeAll();
  }

  /** All of it in one piece; null when there is nothing. */
  takeAll(): Buffer | null {
    if (this.#byteCount === 0) return null;
    const all = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks, this.#byteCount);
    this.clear();
    return all;
  }

  clear(): void {
    this.#budget.byteCount -= this.#byteCount;
    this.#chunks = [];
    this.#byteCount = 0;
    this.#expected = 0;
    this.#awaitsLine = false;
  }
}
