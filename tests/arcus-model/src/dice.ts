import { Random } from "@branta/tests-kit";

import type { Item } from "./model.ts";

const KEYS_EACH = 6;
const CHARACTERS = Array.from("abcdefgh0189 \r\n\0\u00ff\u0080");
const PREFIXES = ["", "", "p:", "q:r:"];

/** Draws what requests are made of. */
export class Dice extends Random {
  /** The longest value, in bytes. */
  readonly valueBytesMax: number;
  readonly #keysEach: number;

  constructor(seed: number, options: { readonly valueBytesMax: number; readonly keysEach?: number }) {
    super(seed);
    this.valueBytesMax = options.valueBytesMax;
    this.#keysEach = options.keysEach ?? KEYS_EACH;
  }

  /** A key, most often one that holds this type. */
  key(type: Item["type"]): string {
    const drawn = this.oneIn(25) ? this.pick(["kv", "list", "set", "map", "b+tree"]) : type;
    const n = this.below(this.#keysEach);
    return `${PREFIXES[n % PREFIXES.length]}${drawn}${n}`;
  }

  flags(): number {
    return this.oneIn(3) ? this.next() : this.below(5);
  }

  /** 0 most often; else a few seconds, or a past time. */
  exptime(): number {
    return this.weighted([
      [30, 0],
      [6, 1 + this.below(4)],
      [3, 1000],
      [1, -2],
    ]);
  }

  value(): string {
    const length = this.weighted([
      [12, this.below(12)],
      [3, this.below(100)],
      [1, this.below(this.valueBytesMax)],
    ]);
    if (length > 100) return this.pick(["x", "y", "z"]).repeat(length);
    return Array.from({ length }, () => this.pick(CHARACTERS)).join("");
  }

  /** One of a few short values, so that sets and fields meet again. */
  word(): string {
    return `w${this.below(14)}`;
  }

  /** Attributes of `create`, and the words for them. */
  attributes(actions: readonly string[]): CreateAttributes {
    const flags = this.flags();
    const exptime = this.exptime();
    const maxCount = this.weighted([
      [5, 1 + this.below(9)],
      [1, 0],
      [1, -1],
    ]);
    const action = this.oneIn(2) ? this.pick(actions) : null;
    const readable = !this.oneIn(8);
    const words = [flags, exptime, maxCount, ...(action === null ? [] : [action]), ...(readable ? [] : ["unreadable"])];
    return { flags, exptime, maxCount, action, readable, words: words.join(" ") };
  }
}

export interface CreateAttributes {
  readonly flags: number;
  readonly exptime: number;
  readonly maxCount: number;
  readonly action: string | null;
  readonly readable: boolean;
  readonly words: string;
}

/** What `maxcount` becomes. */
export function keptMaxCount(asked: number): number {
  return asked === 0 ? 4_000 : asked < 0 ? -1 : asked;
}

/** How many elements an item may hold. */
export function maxCountNow(item: { readonly maxCount: number }): number {
  return item.maxCount > 0 ? item.maxCount : 50_000;
}
