import { highInt32, lowInt32 } from "./int64.ts";

const MIN_CAPACITY = 64;
const TWO_32 = 0x1_0000_0000;

/**
 * Writes big-endian primitives into a growing Buffer: the counterpart of Reader.
 *
 * The writer owns its buffer. {@link view} is valid until the next write; {@link take} hands the bytes over for good.
 */
export class Writer {
  #bytes: Buffer;
  #length = 0;

  constructor(capacity = 1024) {
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(capacity, MIN_CAPACITY));
  }

  get length(): number {
    return this.#length;
  }

  /** The whole underlying buffer, longer than {@link length}; changes identity when the writer grows. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  byte(value: number): void {
    const at = this.reserve(1);
    this.#bytes[at] = value;
  }

  bool(value: boolean): void {
    this.byte(value ? 1 : 0);
  }

  int(value: number): void {
    const at = this.reserve(4);
    this.patchInt(at, value);
  }

  long(value: bigint): void {
    const at = this.reserve(8);
    this.patchInt(at, highInt32(value));
    this.patchInt(at + 4, lowInt32());
  }

  /** A long from a whole number within ±2^53. */
  longNumber(value: number): void {
    const at = this.reserve(8);
    const high = Math.floor(value / TWO_32);
    this.patchInt(at, high);
    this.patchInt(at + 4, value - high * TWO_32);
  }

  /** Bytes as they are, without a length. */
  raw(value: Uint8Array): void {
    const at = this.reserve(value.length);
    this.#bytes.set(value, at);
  }

  /** A region of a Buffer as it is, without making a view of it. */
  copy(source: Buffer, start: number, end: number): void {
    const at = this.reserve(end - start);
    source.copy(this.#bytes, at, start, end);
  }

  /** A length-prefixed byte string; null is length -1. */
  buffer(value: Uint8Array | null): void {
    if (value === null) {
      this.int(-1);
      return;
    }
    this.int(value.length);
    this.raw(value);
  }

  /** A length-prefixed UTF-8 string; null is length -1. */
  string(value: string | null): void {
    if (value === null) {
      this.int(-1);
      return;
    }
    // 3 bytes a UTF-16 unit is the worst case; reserving it first lets the text be encoded in place.
    const lengthAt = this.reserve(4 + value.length * 3);
    const written = this.#bytes.utf8Write(value, lengthAt + 4);
    this.patchInt(lengthAt, written);
    this.#length = lengthAt + 4 + written;
  }

  /** A counted sequence; null is count -1. */
  vector<T>(items: readonly T[] | null, write: (writer: Writer, item: T) => void): void {
    if (items === null) {
      this.int(-1);
      return;
    }
    this.int(items.length);
    for (const item of items) write(this, item);
  }

  /** Makes room for `size` bytes and answers where they begin; their content is undefined until written. */
  reserve(size: number): number {
    const at = this.#length;
    const next = at + size;
    if (next > this.#bytes.length) this.#grow(next);
    this.#length = next;
    return at;
  }

  /** Overwrites four bytes that were written or reserved before. */
  patchInt(at: number, value: number): void {
    const bytes = this.#bytes;
    bytes[at] = value >>> 24;
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
  }

  /** Forgets everything after `length`. */
  truncate(length: number): void {
    if (length < this.#length) this.#length = length;
  }

  /** What was written, as a view that the next write may invalidate. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** A copy of what was written. */
  take(): Buffer {
    return Buffer.from(this.view());
  }

  /**
   * Hands over what was written without copying and starts on a fresh buffer of `capacity` bytes.
   * For output that outlives this turn, such as a socket write.
   */
  detach(capacity = this.#bytes.length): Buffer {
    const written = this.view();
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(capacity, MIN_CAPACITY));
    this.#length = 0;
    return written;
  }

  clear(): void {
    this.#length = 0;
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
