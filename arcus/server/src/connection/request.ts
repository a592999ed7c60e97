const SPACE = 0x20;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const ZERO = 0x30;
const MINUS = 0x2d;
const PLUS = 0x2b;

/** Digits that fit a number without loss. */
const SAFE_DIGITS_MAX = 15;
/** Digits of 2^64 − 1. */
const UINT64_DIGITS_MAX = 20;
const UINT64_MAX = 0xffff_ffff_ffff_ffffn;

/**
 * One request: its line, split into words where it lies, and its data block. A connection has one and refills it, so a
 * request makes no garbage. Words are numbered from 0, the command's name.
 */
export class Request {
  bytes: Buffer = Buffer.alloc(0);
  /** How many words the line has. */
  count = 0;
  lineStart = 0;
  /** End of the line, without its line end. */
  lineEnd = 0;
  /** The data block without its CRLF. */
  dataStart = 0;
  dataEnd = 0;
  readonly #starts: number[] = [0];
  readonly #ends: number[] = [0];

  /**
   * Takes the line that begins at `start`; tells where the next one begins, or −1 when the line does not end before
   * `limit`.
   */
  split(bytes: Buffer, start: number, limit: number): number {
    const starts = this.#starts;
    const ends = this.#ends;
    let count = 0;
    let at = start;
    for (;;) {
      while (at < limit && bytes[at] === SPACE) at++;
      if (at >= limit) return -1;
      if (bytes[at] === LINE_FEED) break;
      starts[count] = at;
      while (at < limit && bytes[at] > SPACE) at++;
      while (at < limit && bytes[at] !== SPACE && bytes[at] !== LINE_FEED) at++;
      if (at >= limit) return -1;
      ends[count++] = at;
    }
    this.bytes = bytes;
    this.lineStart = start;
    this.lineEnd = at;
    if (at > start && bytes[at - 1] === CARRIAGE_RETURN) this.#trimReturn(at, count);
    else this.count = count;
    return at + 1;
  }

  start(word: number): number {
    return this.#starts[word];
  }

  end(word: number): number {
    return this.#ends[word];
  }

  /** Bytes of a word; 0 for one that is not there. */
  length(word: number): number {
    return word < this.count ? this.#ends[word] - this.#starts[word] : 0;
  }

  /** A word, a character a byte; empty for one that is not there. */
  text(word: number): string {
    return word < this.count ? this.bytes.latin1Slice(this.#starts[word], this.#ends[word]) : "";
  }

  /** The whole line, a character a byte. */
  lineText(): string {
    return this.bytes.latin1Slice(this.lineStart, this.lineEnd);
  }

  is(word: number, expected: string): boolean {
    if (this.length(word) !== expected.length) return false;
    const start = this.#starts[word];
    for (let i = 0; i < expected.length; i++) if (this.bytes[start + i] !== expected.charCodeAt(i)) return false;
    return true;
  }

  /** A word that is a decimal number without sign; −1 for any other and for what a number cannot hold exactly. */
  uint(word: number): number {
    if (word >= this.count) return -1;
    return digits(this.bytes, this.#starts[word], this.#ends[word]);
  }

  /** A word that is a decimal number, signed or not; NaN for any other. */
  int(word: number): number {
    if (word >= this.count) return Number.NaN;
    const start = this.#starts[word];
    const isNegative = this.bytes[start] === MINUS;
    const value = digits(this.bytes, isNegative ? start + 1 : start, this.#ends[word]);
    if (value < 0) return Number.NaN;
    return isNegative && value > 0 ? -value : value;
  }

  /** A word that is a decimal number below 2^64; null for any other. */
  uint64(word: number): bigint | null {
    const length = this.length(word);
    if (length === 0 || length > UINT64_DIGITS_MAX) return null;
    const end = this.#ends[word];
    let start = this.#starts[word];
    if (this.bytes[start] === PLUS && length > 1) start++;
    for (let at = start; at < end; at++) {
      if (this.bytes[at] < ZERO || this.bytes[at] > ZERO + 9) return null;
    }
    const value = BigInt(this.bytes.latin1Slice(start, end));
    return value <= UINT64_MAX ? value : null;
  }

  /** A line may end in CRLF. A carriage return alone on a line is a word, as it is for the real server. */
  #trimReturn(at: number, count: number): void {
    this.count = count;
    if (at - this.lineStart <= 1) return;
    this.lineEnd = at - 1;
    this.#ends[count - 1]--;
    if (this.#ends[count - 1] === this.#starts[count - 1]) this.count--;
  }

  /** The data block, a character a byte. */
  dataText(): string {
    return this.bytes.latin1Slice(this.dataStart, this.dataEnd);
  }
}

function digits(bytes: Buffer, start: number, end: number): number {
  if (end === start || end - start > SAFE_DIGITS_MAX) return -1;
  // The real server reads numbers as C does, with a sign.
  const first = bytes[start] === PLUS && end - start > 1 ? start + 1 : start;
  let value = 0;
  for (let at = first; at < end; at++) {
    const digit = bytes[at] - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
