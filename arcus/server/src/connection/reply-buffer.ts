import type { Cache, ItemId } from "@branta/arcus-engine";

const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const ZERO = 0x30;
/** Up to here a loop copies faster than a call does. */
const LOOP_BYTES_MAX = 24;
const NUMBER_BYTES_MAX = 20;
const CRLF_BYTES = 2;
const WINDOWS = 8;

/** Where a client's replies are sent: a socket, or what stands for one. */
export interface ReplySink {
  /** Bytes handed over and not yet taken by the system. */
  readonly writableLength: number;
  cork(): void;
  uncork(): void;
  write(bytes: Buffer, done?: () => void): unknown;
}

/** A piece of the cache's memory to write replies to. It is busy until what was sent of it has left. */
class Window {
  readonly start: number;
  readonly end: number;
  isBusy = false;
  readonly release = (): void => {
    this.isBusy = false;
  };

  constructor(start: number, end: number) {
    this.start = start;
    this.end = end;
  }
}

/**
 * Where replies are written: windows in the cache's own block of memory, so that a value is copied once, without a
 * call out of the engine, and sent from there. What outgrows a window is set aside in buffers of its own; so is all of
 * it while slow clients keep every window busy.
 *
 * One serves all connections, for a connection's turn ends with its replies handed to its socket.
 */
export class ReplyBuffer {
  readonly #cache: Cache;
  readonly #windows: readonly Window[];
  #window: Window;
  #start: number;
  #end: number;
  #at: number;
  #memory: Buffer;
  #aside: Buffer[] = [];
  #asideBytes = 0;

  /** The windows share `memory[start, end)` of the cache. */
  constructor(cache: Cache, start: number, end: number) {
    this.#cache = cache;
    this.#memory = cache.memory;
    const bytes = Math.floor((end - start) / WINDOWS);
    this.#windows = Array.from({ length: WINDOWS }, (_, i) => new Window(start + i * bytes, start + (i + 1) * bytes));
    this.#window = this.#windows[0];
    this.#start = this.#at = this.#window.start;
    this.#end = this.#window.end;
  }

  /** Bytes written and not yet sent. */
  get byteCount(): number {
    return this.#asideBytes + this.#at - this.#start;
  }

  /** A reply line, with its CRLF. */
  line(text: string): void {
    this.text(text);
    this.#lineEnd();
  }

  /** Text, a byte a character. */
  text(text: string): void {
    const { length } = text;
    if (length > this.#end - this.#start) return this.#setAside(Buffer.from(text, "latin1"));
    const memory = this.#room(length);
    if (length <= LOOP_BYTES_MAX) {
      let at = this.#at;
      for (let i = 0; i < length; i++) memory[at++] = text.charCodeAt(i);
    } else memory.latin1Write(text, this.#at, length);
    this.#at += length;
  }

  bytes(source: Buffer, start: number, end: number): void {
    const length = end - start;
    if (length > this.#end - this.#start) return this.#setAside(Buffer.from(source.subarray(start, end)));
    const memory = this.#room(length);
    this.#copy(memory, source, start, length);
  }

  /** A non-negative integer in decimal digits. */
  number(value: number): void {
    this.#number(this.#room(NUMBER_BYTES_MAX), value);
  }

  /** `VALUE <key> <flags> <bytes>[ <cas>]`, the value, and their line ends. */
  value(item: ItemId, withCas: boolean): void {
    const cache = this.#cache;
    const keyLength = cache.keyLength(item);
    const valueLength = cache.valueLength(item);
    const memory = this.#room(VALUE_WORD.length + keyLength + 3 * (NUMBER_BYTES_MAX + 1) + CRLF_BYTES);
    for (let i = 0; i < VALUE_WORD.length; i++) memory[this.#at + i] = VALUE_WORD[i];
    this.#at += VALUE_WORD.length;
    this.#copy(memory, memory, cache.keyStart(item), keyLength);
    memory[this.#at++] = SPACE;
    this.#number(memory, cache.flags(item));
    memory[this.#at++] = SPACE;
    this.#number(memory, valueLength);
    if (withCas) {
      memory[this.#at++] = SPACE;
      this.#number(memory, cache.casUnique(item));
    }
    memory[this.#at++] = CR;
    memory[this.#at++] = LF;
    this.#value(item, valueLength + CRLF_BYTES);
  }

  /** Sends all that was written. */
  send(to: ReplySink): void {
    const next = this.#aside.length === 0 ? this.#freeWindow() : undefined;
    if (next === undefined) return this.#sendCopies(to);
    to.write(this.#memory.subarray(this.#start, this.#at));
    if (to.writableLength === 0) {
      // The system took it at once, as it mostly does: the window is free again, and nobody need be called back.
      this.#at = this.#start;
      return;
    }
    const sent = this.#window;
    sent.isBusy = true;
    to.write(NOTHING, sent.release);
    this.#window = next;
    this.#start = this.#at = next.start;
    this.#end = next.end;
  }

  /** Forgets all that was written. */
  discard(): void {
    this.#at = this.#start;
    this.#aside = [];
    this.#asideBytes = 0;
  }

  #freeWindow(): Window | undefined {
    for (const window of this.#windows) if (!window.isBusy && window !== this.#window) return window;
    return undefined;
  }

  #sendCopies(to: ReplySink): void {
    this.#spill();
    const copies = this.#aside;
    this.#aside = [];
    this.#asideBytes = 0;
    to.cork();
    for (const copy of copies) to.write(copy);
    to.uncork();
  }

  #value(item: ItemId, length: number): void {
    if (length > this.#end - this.#start) {
      const value = Buffer.allocUnsafeSlow(length);
      this.#cache.readValue(item, 0, length, value, 0);
      return this.#setAside(value);
    }
    const memory = this.#room(length);
    this.#cache.readValue(item, 0, length, memory, this.#at);
    this.#at += length;
  }

  #copy(memory: Buffer, source: Buffer, start: number, length: number): void {
    let at = this.#at;
    if (length <= LOOP_BYTES_MAX) for (let i = start; i < start + length; i++) memory[at++] = source[i];
    else if (source === memory) memory.copyWithin(at, start, start + length);
    else source.copy(memory, at, start, start + length);
    this.#at += length;
  }

  #number(memory: Buffer, value: number): void {
    if (value < 10) {
      memory[this.#at++] = ZERO + value;
      return;
    }
    let digits = 1;
    for (let power = 10; power <= value; power *= 10) digits++;
    let left = value;
    for (let at = this.#at + digits - 1; at >= this.#at; at--) {
      const rest = Math.floor(left / 10);
      memory[at] = ZERO + left - rest * 10;
      left = rest;
    }
    this.#at += digits;
  }

  #lineEnd(): void {
    const memory = this.#room(CRLF_BYTES);
    memory[this.#at++] = CR;
    memory[this.#at++] = LF;
  }

  /** The memory to write to, with so many bytes free. The cache's memory moves when it is given more. */
  #room(byteCount: number): Buffer {
    const { memory } = this.#cache;
    if (this.#end - this.#at < byteCount || memory !== this.#memory) this.#spill();
    this.#memory = memory;
    return memory;
  }

  #spill(): void {
    if (this.#at === this.#start) return;
    const length = this.#at - this.#start;
    const written = Buffer.allocUnsafe(length);
    this.#memory.copy(written, 0, this.#start, this.#at);
    this.#aside.push(written);
    this.#asideBytes += length;
    this.#at = this.#start;
  }

  #setAside(bytes: Buffer): void {
    this.#spill();
    this.#aside.push(bytes);
    this.#asideBytes += bytes.length;
  }
}

const VALUE_WORD = Buffer.from("VALUE ");
/** Written behind other bytes, to be told when they have left. */
const NOTHING = Buffer.alloc(0);
