const PREFIX_BYTES = 4;

/** What came out of a chunk of bytes. */
export type FrameStep =
  /** A whole frame stands in `bytes` from `start` to `end`, without its length. */
  | { readonly kind: "frame"; readonly bytes: Buffer; readonly start: number; readonly end: number }
  /** All bytes are used up; the rest of a frame is still to come. */
  | { readonly kind: "more" }
  /** The length is none that a client may send. */
  | { readonly kind: "badLength"; readonly length: number };

const MORE: FrameStep = { kind: "more" };

/**
 * Cuts a stream of bytes into frames of a 4-byte length and as many bytes. A frame that lies whole in a chunk is a
 * region of that chunk; only one that spans chunks is copied together, into a buffer of just its size.
 */
export class FrameAssembler {
  readonly #maxBytes: number;
  readonly #admit: ((length: number) => boolean) | null;
  #chunk: Buffer = EMPTY;
  #at = 0;
  /** A frame that spans chunks: its buffer with prefix, and how much of it is there. */
  #spanning: Buffer | null = null;
  #have = 0;

  /** @param admit asked once about each frame, as soon as its length is known: whether there is room for it */
  constructor(maxBytes: number, admit: ((length: number) => boolean) | null = null) {
    this.#maxBytes = maxBytes;
    this.#admit = admit;
  }

  /** Adds what the socket read. All steps of the chunk before must have been taken. */
  push(chunk: Buffer): void {
    this.#chunk = this.#at < this.#chunk.length ? Buffer.concat([this.#chunk.subarray(this.#at), chunk]) : chunk;
    this.#at = 0;
  }

  /** The first four bytes that are still to be read, or null where fewer have come. */
  peekInt(): number | null {
    return this.#spanning === null && this.#chunk.length - this.#at >= PREFIX_BYTES
      ? this.#chunk.readInt32BE(this.#at)
      : null;
  }

  /** The length of a frame is known, and not all of it has come. */
  get isAmidFrame(): boolean {
    return this.#spanning !== null;
  }

  /** Everything that has not been read as a frame. */
  rest(): Buffer {
    return this.#chunk.subarray(this.#at);
  }

  next(): FrameStep {
    if (this.#spanning !== null) return this.#continueSpanning(this.#spanning);
    const chunk = this.#chunk;
    const available = chunk.length - this.#at;
    if (available < PREFIX_BYTES) return MORE;
    const length = chunk.readInt32BE(this.#at);
    if (length <= 0 || length > this.#maxBytes) return { kind: "badLength", length };
    if (this.#admit !== null && !this.#admit(length)) return { kind: "badLength", length };
    const start = this.#at + PREFIX_BYTES;
    const end = start + length;
    if (end <= chunk.length) {
      this.#at = end;
      return { kind: "frame", bytes: chunk, start, end };
    }
    this.#spanning = Buffer.allocUnsafeSlow(PREFIX_BYTES + length);
    this.#have = 0;
    return this.#continueSpanning(this.#spanning);
  }

  #continueSpanning(frame: Buffer): FrameStep {
    const copied = this.#chunk.copy(frame, this.#have, this.#at);
    this.#at += copied;
    this.#have += copied;
    if (this.#have < frame.length) return MORE;
    this.#spanning = null;
    return { kind: "frame", bytes: frame, start: PREFIX_BYTES, end: frame.length };
  }
}

const EMPTY = Buffer.alloc(0);
