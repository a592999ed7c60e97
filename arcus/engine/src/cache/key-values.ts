import type { Outcome } from "../outcome.ts";
import { itemTotalBytes } from "./accounted-bytes.ts";
import { CELL_BYTES, ITEM_RUN_NEXT_WORD } from "./arena.ts";
import type { CacheLimits } from "./cache-options.ts";
import { CAS_HIGH_AND_KEY, EXPIRY, FLAGS, HEADER_BYTES, type ItemId, NO_ITEM, STICKY } from "./item-header.ts";
import { readPayload, writePayload } from "./item-payload.ts";
import type { ItemStore } from "./item-store.ts";
import { parseStoredNumber } from "./stored-number.ts";

/** The commands that store a value. */
export type StoreMode = "set" | "add" | "replace" | "append" | "prepend" | "cas";

/** A key-value item to be stored; one object may serve many requests. */
export interface StoreRequest {
  bytes: Buffer;
  keyStart: number;
  keyEnd: number;
  /** The value without CRLF. */
  dataStart: number;
  dataEnd: number;
  flags: number;
  /** As `Cache.expiryOf` tells. */
  expiryS: number;
  /** What the stored item's CAS number must be, for "cas". */
  casUnique: number;
  /** Where the value is, if not in the same buffer as the key. */
  data?: Buffer;
}

/** What to do to the number under a key. */
export interface Arithmetic {
  readonly isIncrement: boolean;
  /** Below 2^64. */
  readonly delta: bigint;
  /** What to store where there is nothing; null for nothing. */
  readonly create: { readonly initial: bigint; readonly flags: number; readonly expiryS: number } | null;
}

/** Where in a value a number is looked for, CRLF included. */
const NUMBER_SEARCHED_BYTES = 256;
const CRLF_BYTES = 2;

/** The key-value commands on an {@link ItemStore}. */
export class KeyValues {
  readonly #store: ItemStore;
  readonly #limits: CacheLimits;
  readonly #digits = Buffer.alloc(NUMBER_SEARCHED_BYTES);
  lastNumber = 0n;

  constructor(store: ItemStore, limits: CacheLimits) {
    this.#store = store;
    this.#limits = limits;
  }

  store(mode: StoreMode, request: StoreRequest): Outcome {
    const { bytes, keyStart, keyEnd, dataStart, dataEnd } = request;
    const store = this.#store;
    const keyLength = keyEnd - keyStart;
    const refusal = this.#refusal(keyLength, dataEnd - dataStart, request.expiryS);
    if (refusal !== "ok") return refusal;
    const hash = store.index.hash(bytes, keyStart, keyEnd);
    const old = store.findToStore(hash, bytes, keyStart, keyEnd);
    const outcome = this.#mayStore(mode, old, request.casUnique);
    if (outcome !== "ok") return outcome;
    if (mode === "append" || mode === "prepend") return this.#attach(mode, old, request);
    return old === NO_ITEM ? this.#insert(hash, request) : this.#overwrite(old, request);
  }

  arithmetic(bytes: Buffer, start: number, end: number, arithmetic: Arithmetic): Outcome {
    const store = this.#store;
    const item = store.find(bytes, start, end);
    if (item === NO_ITEM) return this.#create(bytes, start, end, arithmetic);
    if (store.typeIndex(item) !== 0) return "typeMismatch";
    const before = this.#numberOf(item);
    if (before === null) return "notNumeric";
    const { delta, isIncrement } = arithmetic;
    if (isIncrement) this.lastNumber = BigInt.asUintN(64, before + delta);
    else this.lastNumber = delta > before ? 0n : before - delta;
    return this.#overwrite(item, this.#digitsRequest(bytes, start, end, store.flags(item), store.expiry(item)));
  }

  #create(bytes: Buffer, start: number, end: number, { create }: Arithmetic): Outcome {
    if (create === null) return "keyNotFound";
    this.lastNumber = create.initial;
    const request = this.#digitsRequest(bytes, start, end, create.flags, create.expiryS);
    const refusal = this.#refusal(end - start, request.dataEnd, create.expiryS);
    if (refusal !== "ok") return "outOfMemory";
    return this.#insert(this.#store.index.hash(bytes, start, end), request);
  }

  /** Whether such an item can be stored at all. */
  #refusal(keyLength: number, valueLength: number, expiryS: number): Outcome {
    if (itemTotalBytes(keyLength, valueLength) > this.#limits.itemBytesMax) return "tooLarge";
    const isStickyFull = this.#store.statistics.stickyBytes >= this.#limits.stickyBytesMax;
    return expiryS === STICKY && isStickyFull ? "outOfMemory" : "ok";
  }

  #mayStore(mode: StoreMode, old: ItemId, casUnique: number): Outcome {
    if (old === NO_ITEM) {
      if (mode === "set" || mode === "add") return "ok";
      return mode === "cas" ? "keyNotFound" : "notStored";
    }
    if (this.#store.typeIndex(old) !== 0) return "typeMismatch";
    if (mode === "add") {
      this.#store.touch(old);
      return "notStored";
    }
    return mode === "cas" && casUnique !== this.#store.casUnique(old) ? "keyExists" : "ok";
  }

  #insert(hash: number, request: StoreRequest): Outcome {
    const store = this.#store;
    const { bytes, keyStart, keyEnd, dataStart, dataEnd } = request;
    const keyLength = keyEnd - keyStart;
    const item = store.allocate(keyLength, dataEnd - dataStart, NO_ITEM);
    if (item === NO_ITEM) return "outOfMemory";
    const prefix = store.prefixes.find(bytes, keyStart, keyEnd, store.nowS);
    if (prefix === null) {
      store.skipCas();
      store.release(item);
      return store.prefixes.refusal;
    }
    writePayload(store.arena, item, 0, bytes, keyStart, keyEnd);
    writePayload(store.arena, item, keyLength, this.#dataOf(request), dataStart, dataEnd);
    this.#writeHeader(item, request);
    store.link(item, hash, prefix, 0, null);
    return "ok";
  }

  /** Writes over an item where it lies, if the new one needs as much memory, or puts a new one in its place. */
  #overwrite(old: ItemId, request: StoreRequest): Outcome {
    const store = this.#store;
    const { bytes, keyStart, keyEnd, dataStart, dataEnd } = request;
    const keyLength = keyEnd - keyStart;
    const valueLength = dataEnd - dataStart;
    const isSticky = request.expiryS === STICKY;
    if (isSticky === (store.expiry(old) === STICKY) && this.#fitsInPlace(old, keyLength, valueLength)) {
      store.changeValueLength(old, valueLength);
      const data = this.#dataOf(request);
      writePayload(store.arena, old, keyLength, data, dataStart, dataEnd);
      writeLineEnd(store.arena.bytes, old * CELL_BYTES + HEADER_BYTES + keyLength + valueLength);
      this.#writeHeader(old, request);
      store.renewCas(old);
      store.moveToFront(old);
      store.statistics.totalItems++;
      return "ok";
    }
    const item = store.allocate(keyLength, valueLength, old);
    if (item === NO_ITEM) return "outOfMemory";
    writePayload(store.arena, item, 0, bytes, keyStart, keyEnd);
    writePayload(store.arena, item, keyLength, this.#dataOf(request), dataStart, dataEnd);
    this.#writeHeader(item, request);
    store.replace(old, item);
    return "ok";
  }

  #attach(mode: "append" | "prepend", old: ItemId, request: StoreRequest): Outcome {
    const store = this.#store;
    const { bytes, keyStart, keyEnd, dataStart, dataEnd } = request;
    const keyLength = keyEnd - keyStart;
    const added = dataEnd - dataStart;
    const oldLength = store.valueLength(old);
    if (itemTotalBytes(keyLength, oldLength + added) > this.#limits.itemBytesMax) return "notStored";
    const item = store.allocate(keyLength, oldLength + added, old);
    if (item === NO_ITEM) return "notStored";
    // The old value passes through a buffer: both of the items may be scattered.
    const value = Buffer.allocUnsafe(oldLength);
    readPayload(store.arena, old, keyLength, oldLength, value, 0);
    writePayload(store.arena, item, 0, bytes, keyStart, keyEnd);
    const oldAt = mode === "append" ? 0 : added;
    writePayload(store.arena, item, keyLength + oldAt, value, 0, oldLength);
    writePayload(store.arena, item, keyLength + (mode === "append" ? oldLength : 0), bytes, dataStart, dataEnd);
    const { words } = store.arena;
    words[item * 4 + FLAGS] = words[old * 4 + FLAGS];
    words[item * 4 + EXPIRY] = words[old * 4 + EXPIRY];
    store.replace(old, item);
    return "ok";
  }

  #writeHeader(item: ItemId, request: StoreRequest): void {
    const { words } = this.#store.arena;
    words[item * 4 + FLAGS] = request.flags | 0;
    words[item * 4 + EXPIRY] = request.expiryS;
  }

  #fitsInPlace(item: ItemId, keyLength: number, valueLength: number): boolean {
    const { words } = this.#store.arena;
    if (words[item * 4 + ITEM_RUN_NEXT_WORD] !== 0) return false;
    if ((words[item * 4 + CAS_HIGH_AND_KEY] & 0xffff) !== keyLength) return false;
    const fixed = HEADER_BYTES + keyLength + CRLF_BYTES + CELL_BYTES - 1;
    return (fixed + valueLength) >>> 4 === (fixed + this.#store.valueLength(item)) >>> 4;
  }

  /** The number that a value is, or null. */
  #numberOf(item: ItemId): bigint | null {
    const length = Math.min(this.#store.valueLength(item), NUMBER_SEARCHED_BYTES - CRLF_BYTES) + CRLF_BYTES;
    readPayload(this.#store.arena, item, this.#store.keyLength(item), length, this.#digits, 0);
    return parseStoredNumber(this.#digits.latin1Slice(0, length));
  }

  #digitsRequest(bytes: Buffer, keyStart: number, keyEnd: number, flags: number, expiryS: number): StoreRequest {
    const length = this.#digits.latin1Write(this.lastNumber.toString(), 0);
    return { bytes, keyStart, keyEnd, dataStart: 0, dataEnd: length, flags, expiryS, casUnique: 0, data: this.#digits };
  }

  #dataOf(request: StoreRequest): Buffer {
    return request.data ?? request.bytes;
  }
}

function writeLineEnd(bytes: Buffer, at: number): void {
  bytes[at] = 0x0d;
  bytes[at + 1] = 0x0a;
}
