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
/** Replies above this are sent at once: how much the system takes decides whether their client is listened to. */
const LATER_BYTES_MAX = 16 * 1024;
/** With less room than this nobody's replies wait in a window. */
const ROOM_BYTES_MIN = 16 * 1024;

/** Where a client's replies are sent: a socket, or what stands for one. */
export interface ReplySink {
  /** Bytes handed over and not yet taken by the system. */
  readonly writableLength: number;
  readonly destroyed: boolean;
  cork(): void;
  uncork(): void;
  write(bytes: Buffer, done?: () => void): unknown;
}

/** A piece of the cache's memory to write replies to. It is busy until all that was sent of it has left. */
class Window {
  readonly start: number;
  readonly end: number;
  #leaving = 0;
  readonly #left = (): void => {
    this.#leaving--;
  };

  constructor(start: number, end: number) {
    this.start = start;
    this.end = end;
  }

  get isBusy(): boolean {
    return this.#leaving > 0;
  }

  /** Something of it was written that the system has not yet taken. */
  hold(to: ReplySink): void {
    this.#leaving++;
    to.write(NOTHING, this.#left);
  }
}

/**
 * Where replies are written: windows in the cache's own block of memory, so that a value is copied once, without a
 * call out of the engine, and sent from there. What outgrows a window is set aside in buffers of its own; so is all of
 * it while slow clients keep every window busy.
 *
 * One serves all connections, by turns. Small replies of a turn wait until all connections that have something to say have
 * had theirs, and leave together: each write may have to wake a client that sleeps on another core, which costs more than the
 * request did; the second one in a row mostly finds its client's process awake.
 */
export class ReplyBuffer {
  readonly #cache: Cache;
  readonly #soon: (callback: () => void) => void;
  readonly #windows: readonly Window[];
  #window: Window;
  #start: number;
  #end: number;
  #at: number;
  #memory: Buffer;
  #aside: Buffer[] = [];
  #asideBytes = 0;
  /** Turns whose replies wait in the window: each ends where the next begins, the last one at #start. */
  readonly #sinks: ReplySink[] = [];
  readonly #starts: number[] = [];
  #waiting = 0;
  #isDue = false;
  readonly #sendDue = (): void => {
    this.#isDue = false;
    this.sendAll();
  };

  /**
   * The windows share `memory[start, end)` of the cache.
   *
   * @param soon calls back when all that has come by now has been read
   */
  constructor(cache: Cache, [start, end]: readonly [number, number], soon: (callback: () => void) => void) {
    this.#cache = cache;
    this.#soon = soon;
    this.#memory = cache.memory;
    const bytes = Math.floor((end - start) / WINDOWS);
    this.#windows = Array.from({ length: WINDOWS }, (_, i) => new Window(start + i * bytes, start + (i + 1) * bytes));
    this.#window = this.#windows[0];
    this.#start = this.#at = this.#window.start;
    this.#end = this.#window.end;
  }

  /** Bytes written in this turn. */
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

  /** Ends the turn: what was written in it is sent, now or soon. */
  send(to: ReplySink): void {
    if (this.#aside.length > 0) {
      this.sendAll();
      this.#sendCopies(to);
      return;
    }
    const isSmall = this.#at - this.#start <= LATER_BYTES_MAX;
    this.#sinks[this.#waiting] = to;
    this.#starts[this.#waiting++] = this.#start;
    this.#start = this.#at;
    if (!isSmall || to.writableLength > 0 || this.#end - this.#at < ROOM_BYTES_MIN) return this.sendAll();
    if (this.#isDue) return;
    this.#isDue = true;
    this.#soon(this.#sendDue);
  }

  /** Sends what waits of turns that have ended. What was written in this turn stays. */
  sendAll(): void {
    const waiting = this.#waiting;
    if (waiting === 0) return;
    this.#waiting = 0;
    const next = this.#freeWindow();
    const sent = this.#window;
    for (let i = 0; i < waiting; i++) {
      const to = this.#sinks[i];
      this.#sinks[i] = NOBODY;
      if (to.destroyed) continue;
      const bytes = this.#memory.subarray(this.#starts[i], i + 1 < waiting ? this.#starts[i + 1] : this.#start);
      // While slow clients keep all other windows busy, this one must not become busy, too.
      to.write(next === undefined ? Buffer.from(bytes) : bytes);
      if (next !== undefined && to.writableLength > 0) sent.hold(to);
    }
    if (sent.isBusy) this.#moveTo(next!);
    else if (this.#at === this.#start) this.#moveTo(sent);
  }

  /** Forgets all that was written in this turn. */
  discard(): void {
    this.#at = this.#start;
    this.#aside = [];
    this.#asideBytes = 0;
  }

  /** Goes on in a window, with what has been written in this turn. */
  #moveTo(window: Window): void {
    this.#spill();
    this.#window = window;
    this.#start = this.#at = window.start;
    this.#end = window.end;
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
    if (this.#end - this.#at < byteCount || memory !== this.#memory) {
      this.sendAll();
      this.#moveTo(this.#window);
    }
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
/** In place of a client that may be gone by now, and must not be kept. */
const NOBODY: ReplySink = { writableLength: 0, destroyed: true, cork() {}, uncork() {}, write() {} };
/** Written behind other bytes, to be told when they have left. */
const NOTHING = Buffer.alloc(0);
