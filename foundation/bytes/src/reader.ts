import { BytesError } from "./bytes-error.ts";
import { joinInt64 } from "./int64.ts";

const TWO_32 = 0x1_0000_0000;

/**
 * Reads big-endian ("network order") primitives from a region of a Buffer.
 *
 * Scope: the primitives of jute and of Java's DataInput. A Reader never copies: {@link buffer} answers views into
 * the input, so whoever keeps one beyond the life of the input must copy it.
 */
export class Reader {
  #bytes: Buffer;
  #offset: number;
  #end: number;

  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#offset = start;
    this.#end = end;
  }

  /** Points this reader at another region, so that one reader serves a whole connection. */
  reset(bytes: Buffer, start = 0, end = bytes.length): this {
    this.#bytes = bytes;
    this.#offset = start;
    this.#end = end;
    return this;
  }

  /** The bytes under this reader. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Position of the next byte to read, from the beginning of {@link bytes}. */
  get offset(): number {
    return this.#offset;
  }

  get remaining(): number {
    return this.#end - this.#offset;
  }

  byte(): number {
    return this.#bytes[this.#take(1)]!;
  }

  /** Any byte but zero is true, as in Java's DataInput. */
  bool(): boolean {
    return this.#bytes[this.#take(1)] !== 0;
  }

  int(): number {
    const at = this.#take(4);
    const bytes = this.#bytes;
    return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  }

  long(): bigint {
    const high = this.int();
    return joinInt64(high, this.int());
  }

  /** A long as a number: exact up to 2^53, the nearest double beyond. For zxids, times and counts. */
  longNumber(): number {
    const high = this.int();
    return high * TWO_32 + (this.int() >>> 0);
  }

  /** The next `length` bytes as a view. */
  raw(length: number): Buffer {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** A length-prefixed byte string as a view; length -1 stands for null. */
  buffer(): Buffer | null {
    const length = this.#length("buffer");
    return length < 0 ? null : this.raw(length);
  }

  /** A length-prefixed UTF-8 string; length -1 stands for null. */
  string(): string | null {
    const length = this.#length("string");
    if (length < 0) return null;
    const at = this.#take(length);
    return this.#bytes.utf8Slice(at, at + length);
  }

  /** A counted sequence; count -1 stands for null, and a count below that reads as an empty one, as in jute. */
  vector<T>(read: (reader: Reader) => T): T[] | null {
    const count = this.int();
    if (count === -1) return null;
    // Every item takes at least one byte, so a count above what remains is a lie; refuse it before allocating.
    if (count > this.remaining) {
      throw new BytesError(
        "malformed",
        `Cannot read vector: count is ${count}, remaining bytes are ${this.remaining}`,
        this.#offset,
      );
    }
    const items: T[] = [];
    for (let i = 0; i < count; i++) items.push(read(this));
    return items;
  }

  skip(length: number): void {
    this.#take(length);
  }

  #length(what: string): number {
    const length = this.int();
    if (length < -1) {
      throw new BytesError("malformed", `Cannot read ${what}: length is ${length}, must be >= -1`, this.#offset);
    }
    return length;
  }

  #take(length: number): number {
    const at = this.#offset;
    const next = at + length;
    if (length < 0 || next > this.#end) {
      throw new BytesError("truncated", `Cannot read ${length} bytes at ${at}: input ends at ${this.#end}`, at);
    }
    this.#offset = next;
    return at;
  }
}
