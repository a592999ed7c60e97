/** A client whose replies wait in the node's memory. */
interface Reader {
  /** Ends its connection: it does not read, and others need the memory. */
  giveUp(reason: string): void;
}

/**
 * Large replies that clients have not read yet. One reply can be as large as a collection; so when all together are too
 * many bytes, the client goes that has left the most unread.
 */
export class UnreadReplies {
  readonly #maxBytes: number;
  readonly #bytesByReader = new Map<Reader, number>();
  #byteCount = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get byteCount(): number {
    return this.#byteCount;
  }

  /** Takes note of what a client has unread now; 0 forgets it. */
  note(reader: Reader, byteCount: number): void {
    this.#byteCount += byteCount - (this.#bytesByReader.get(reader) ?? 0);
    if (byteCount === 0) this.#bytesByReader.delete(reader);
    else this.#bytesByReader.set(reader, byteCount);
    while (this.#byteCount > this.#maxBytes) this.#dropGreatest();
  }

  #dropGreatest(): void {
    let greatest: Reader | null = null;
    let most = 0;
    for (const [reader, byteCount] of this.#bytesByReader) {
      if (byteCount <= most) continue;
      greatest = reader;
      most = byteCount;
    }
    if (greatest === null) return;
    this.#bytesByReader.delete(greatest);
    this.#byteCount -= most;
    greatest.giveUp(`${most} bytes of replies that it does not read`);
  }
}
