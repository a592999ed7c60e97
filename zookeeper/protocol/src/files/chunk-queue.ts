import { adler32 } from "@branta/foundation-bytes";

const EMPTY: Buffer = Buffer.alloc(0);

/**
 * Bytes that come in chunks of any size, read from the front as one piece, with a checksum of all that was read.
 * Chunks are joined only when as much is there as the reader waits for, so that small chunks cost no repeated copying.
 */
export class ChunkQueue {
  #front = EMPTY;
  #at = 0;
  #pieces: Buffer[] = [];
  #length = 0;
  #adler = 1;
  #hashedTo = 0;
  #consumed = 0;
  readonly #hashes: boolean;

  /** @param options.checksum false where nobody asks for {@link checksum}: it costs a look at every byte. */
  constructor(options: { readonly checksum: boolean } = { checksum: true }) {
    this.#hashes = options.checksum;
  }

  /** Bytes not yet read. */
  get length(): number {
    return this.#length;
  }

  /** Bytes read since the beginning. */
  get consumed(): number {
    return this.#consumed;
  }

  /** Adler-32 of everything read since the beginning. */
  get checksum(): number {
    this.#hash();
    return this.#adler;
  }

  /** Where the bytes not yet read begin in {@link front}. */
  get at(): number {
    return this.#at;
  }

  /** A buffer that holds, from {@link at}, what was there when {@link gather} was last called. */
  get front(): Buffer {
    return this.#front;
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#pieces.push(chunk);
    this.#length += chunk.length;
  }

  /** Joins all bytes not yet read; answers false, and does nothing, if they are fewer than `wanted`. */
  gather(wanted: number): boolean {
    if (this.#length < wanted) return false;
    if (this.#front.length - this.#at >= wanted) return true;
    this.#hash();
    const rest = this.#front.subarray(this.#at);
    if (rest.length > 0) this.#pieces.unshift(rest);
    this.#front = this.#pieces.length === 1 ? this.#pieces[0] : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#at = 0;
    this.#hashedTo = 0;
    return true;
  }

  /** Marks the next `length` bytes of {@link front} as read. */
  advance(length: number): void {
    this.#at += length;
    this.#length -= length;
    this.#consumed += length;
  }

  #hash(): void {
    if (!this.#hashes) return;
    this.#adler = adler32(this.#front, this.#adler, this.#hashedTo, this.#at);
    this.#hashedTo = this.#at;
  }
}
