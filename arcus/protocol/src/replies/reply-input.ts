import { ArcusProtocolError } from "../protocol-error.ts";

const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
/** Longer than any line a node sends: a key of 16 000 bytes, and what stands around it. */
const LINE_BYTES_MAX = 64 * 1024;
/** The largest item a node can be told to take (-I 128m); a longer block is no block. */
const BLOCK_BYTES_MAX = 128 * 1024 * 1024;
const EMPTY = Buffer.alloc(0);

/**
 * The bytes that a node has sent, taken word by word, line by line and block by block. What is not there yet is null; then
 * a reader goes back to its {@link mark} and is asked again when there is more.
 */
export class ReplyInput {
  #bytes: Buffer = EMPTY;
  #at = 0;
  #mark = 0;
  /** Received, but not joined with the rest: a block of many chunks is copied once. */
  #later: Buffer[] = [];
  #laterBytes = 0;
  /** Bytes from the mark on without which asking again is useless. */
  #wanted = 0;

  /** Adds what was received. @returns false while it is not enough to be worth a try */
  push(chunk: Buffer): boolean {
    const rest = this.#bytes.length - this.#mark;
    if (rest === 0) {
      this.#bytes = chunk;
      this.#at = this.#mark = 0;
    } else {
      this.#later.push(chunk);
      this.#laterBytes += chunk.length;
    }
    return this.#join();
  }

  /** Number of bytes that nobody has taken. */
  get remaining(): number {
    return this.#bytes.length - this.#at + this.#laterBytes;
  }

  /** What was taken until now is done with. */
  mark(): void {
    this.#mark = this.#at;
    this.#wanted = 0;
  }

  /** Goes back to where {@link mark} was called last. */
  rewind(): void {
    this.#at = this.#mark;
  }

  /** The next line without its end; each byte is a character (latin1). */
  line(): string | null {
    const end = this.#bytes.indexOf(LF, this.#at);
    if (end < 0) return this.#tooLong();
    const textEnd = end > this.#at && this.#bytes[end - 1] === CR ? end - 1 : end;
    const line = this.#bytes.latin1Slice(this.#at, textEnd);
    this.#at = end + 1;
    return line;
  }

  /** What precedes the next space, which must come before the end of the line. */
  word(): string | null {
    for (let at = this.#at; at < this.#bytes.length; at++) {
      const byte = this.#bytes[at];
      if (byte === SPACE) {
        const word = this.#bytes.latin1Slice(this.#at, at);
        this.#at = at + 1;
        return word;
      }
      if (byte === CR || byte === LF) throw malformed(this.#bytes.latin1Slice(this.#at, at), "more words in the line");
    }
    return this.#tooLong();
  }

  /** So many bytes and the end of the line behind them; they are a view of what was received. */
  block(length: number): Buffer | null {
    if (length > BLOCK_BYTES_MAX) throw malformed(`${length}`, `a length of at most ${BLOCK_BYTES_MAX} bytes`);
    const end = this.#at + length;
    if (end + 2 > this.#bytes.length) {
      this.#wanted = end + 2 - this.#mark;
      return null;
    }
    if (this.#bytes[end] !== CR || this.#bytes[end + 1] !== LF) {
      throw malformed(this.#bytes.latin1Slice(end, end + 2), `the end of a block of ${length} bytes`);
    }
    const block = this.#bytes.subarray(this.#at, end);
    this.#at = end + 2;
    return block;
  }

  #tooLong(): null {
    if (this.#bytes.length - this.#at <= LINE_BYTES_MAX) return null;
    throw malformed(this.#bytes.latin1Slice(this.#at, this.#at + 40), `a line of at most ${LINE_BYTES_MAX} bytes`);
  }

  #join(): boolean {
    const rest = this.#bytes.length - this.#mark + this.#laterBytes;
    if (rest < this.#wanted) return false;
    if (this.#later.length > 0) {
      this.#bytes = Buffer.concat([this.#bytes.subarray(this.#mark), ...this.#later]);
      this.#later = [];
      this.#laterBytes = 0;
      this.#at -= this.#mark;
      this.#mark = 0;
    }
    return true;
  }
}

/** @param wanted what should have stood in place of `found` */
export function malformed(found: string, wanted: string): ArcusProtocolError {
  return new ArcusProtocolError("malformedReply", `Cannot read the reply "${found}": wanted is ${wanted}`);
}

/** A count or a length. @throws ArcusProtocolError "malformedReply" */
export function parseCount(text: string | undefined, of: string): number {
  if (text === undefined || !/^\d{1,10}$/.test(text)) throw malformed(text ?? "", `the number of ${of}`);
  return Number(text);
}
