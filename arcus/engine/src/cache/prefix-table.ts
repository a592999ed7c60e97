import type { Outcome } from "../outcome.ts";
import { ITEM_TYPES } from "./item-type.ts";

/** Bytes of a prefix's name at most. */
export const PREFIX_BYTES_MAX = 250;
/** Prefixes there can be at once: their numbers have 24 bits in an item's header. */
const PREFIXES_MAX = 0xff_ffff;
/** The cache's own: {@link https://github.com/naver/arcus-memcached its heartbeat} stores a key below it. */
const RESERVED = "arcus";

const HYPHEN = 0x2d;

/** All keys that have the same text before the first delimiter, or none; what they count and weigh by type. */
export class Prefix {
  readonly id: number;
  /** Empty for the keys without prefix. */
  readonly name: string;
  createdS: number;
  /** Items up to this access time are flushed once it has come; 0 for none. */
  oldestLiveS = 0;
  itemCount = 0;
  /** Items of each type, in the order of {@link ITEM_TYPES}. */
  readonly counts: number[] = ITEM_TYPES.map(() => 0);
  /** Their accounted bytes. */
  readonly bytes: number[] = ITEM_TYPES.map(() => 0);

  constructor(id: number, name: string, createdS: number) {
    this.id = id;
    this.name = name;
    this.createdS = createdS;
  }

  /** Hidden from scans: what the server stores for itself. */
  get isInternal(): boolean {
    return this.name === RESERVED;
  }
}

/** The prefixes in use. A prefix comes with its first item and goes with its last. */
export class PrefixTable {
  readonly none = new Prefix(0, "", 0);
  readonly #delimiter: number;
  readonly #byName = new Map<string, Prefix>();
  readonly #byId: (Prefix | undefined)[] = [this.none];
  readonly #freeIds: number[] = [];
  #last: Prefix = this.none;
  /** Why {@link find} found none. */
  refusal: Outcome = "ok";

  /** @param delimiter the character between prefix and the rest of a key */
  constructor(delimiter: string) {
    this.#delimiter = delimiter.charCodeAt(0);
  }

  /** Prefixes that have items, with that of the keys without prefix. */
  get count(): number {
    return this.#byName.size + (this.none.itemCount > 0 ? 1 : 0);
  }

  byId(id: number): Prefix {
    return this.#byId[id]!;
  }

  /** The prefix with this name; `<null>` names that of the keys without one. */
  byName(name: string): Prefix | undefined {
    return name === "<null>" ? this.none : this.#byName.get(name);
  }

  /** Prefixes in use, without that of the keys without prefix. */
  all(): Iterable<Prefix> {
    return this.#byName.values();
  }

  /** Shows about `count` prefixes from the cursor on and returns the next cursor, 0 after the last. */
  scan(cursor: number, count: number, show: (prefix: Prefix) => void): number {
    let shown = 0;
    let id = cursor;
    for (; id < this.#byId.length && shown < count; id++) {
      const prefix = this.#byId[id];
      if (prefix === undefined || prefix.isInternal || prefix.itemCount === 0) continue;
      shown++;
      show(prefix);
    }
    return id < this.#byId.length ? id : 0;
  }

  /** A key's prefix, new if need be; null when the key cannot have one, and {@link refusal} says why. */
  find(key: Buffer, start: number, end: number, nowS: number): Prefix | null {
    let at = start + 1;
    while (at < end && key[at] !== this.#delimiter) at++;
    if (at >= end) {
      if (this.none.itemCount === 0) this.none.createdS = nowS;
      return this.none;
    }
    // Neighbouring requests mostly have the same prefix: no text is made then.
    const { name } = this.#last;
    if (name.length === at - start && isText(key, start, name) && this.#byId[this.#last.id] === this.#last) {
      return this.#last;
    }
    return this.#findOrAdd(key, start, at, nowS);
  }

  /** Forgets a prefix that has no items. */
  drop(prefix: Prefix): void {
    if (prefix === this.none) return;
    this.#byName.delete(prefix.name);
    this.#byId[prefix.id] = undefined;
    this.#freeIds.push(prefix.id);
  }

  #findOrAdd(key: Buffer, start: number, end: number, nowS: number): Prefix | null {
    const name = key.latin1Slice(start, end);
    let prefix = this.#byName.get(name);
    if (prefix === undefined) {
      this.refusal = refusalOf(key, start, end);
      if (this.refusal === "ok" && this.#byName.size >= PREFIXES_MAX) this.refusal = "outOfMemory";
      if (this.refusal !== "ok") return null;
      prefix = new Prefix(this.#freeIds.pop() ?? this.#byId.length, name, nowS);
      this.#byName.set(name, prefix);
      this.#byId[prefix.id] = prefix;
    }
    this.#last = prefix;
    return prefix;
  }
}

function refusalOf(key: Buffer, start: number, end: number): Outcome {
  if (end - start > PREFIX_BYTES_MAX) return "prefixTooLong";
  if (key[start] === HYPHEN) return "prefixInvalid";
  for (let at = start; at < end; at++) if (!isNameCharacter(key[at])) return "prefixInvalid";
  return "ok";
}

/** Letters, digits and `_ . + -`. */
function isNameCharacter(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a) ||
    code === 0x5f ||
    code === 0x2e ||
    code === 0x2b ||
    code === HYPHEN
  );
}

function isText(bytes: Buffer, start: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text.charCodeAt(i)) return false;
  return true;
}
