import { randomFillSync } from "node:crypto";

/** Where randomness comes from: handed in, never taken from the system by code that must be repeatable. */
export interface Random {
  /** Uniform in 0 … 2^32 − 1. */
  u32(): number;
  /** Uniform in 0 … limit − 1, without bias. @throws RangeError unless 1 ≤ limit ≤ 2^32. */
  below(limit: number): number;
  /** An independent source named by `label`; what is drawn from one does not move the other. */
  fork(label: string): Random;
}

const TWO_32 = 0x1_0000_0000;

function drawBelow(random: Random, limit: number): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > TWO_32) {
    throw new RangeError(`Cannot draw below "${limit}": the limit must be a whole number from 1 to 2^32`);
  }
  // The topmost draws that would favour the low numbers are thrown again.
  const fair = TWO_32 - (TWO_32 % limit);
  let drawn = random.u32();
  while (drawn >= fair) drawn = random.u32();
  return drawn % limit;
}

/** FNV-1a, spread by the finaliser of MurmurHash3: turns a label into seed material. */
function mix(label: string, salt: number): number {
  let hash = (0x811c9dc5 ^ salt) >>> 0;
  for (let at = 0; at < label.length; at++) hash = Math.imul(hash ^ label.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Repeatable: the same seed gives the same numbers on every machine (Chris Doty-Humphrey's sfc32). */
export class SeededRandom implements Random {
  readonly #seed: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number | string) {
    this.#seed = String(seed);
    this.#a = mix(this.#seed, 1);
    this.#b = mix(this.#seed, 2);
    this.#c = mix(this.#seed, 3);
    // The first dozen outputs still show the seed's shape.
    for (let round = 0; round < 12; round++) this.u32();
  }

  u32(): number {
    const out = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + out) | 0;
    return out >>> 0;
  }

  below(limit: number): number {
    return drawBelow(this, limit);
  }

  fork(label: string): Random {
    return new SeededRandom(`${this.#seed}/${label}`);
  }
}

/** Unguessable: the operating system's generator, read a page at a time. */
export class SystemRandom implements Random {
  readonly #pool = new Uint32Array(1024);
  #left = 0;

  u32(): number {
    if (this.#left === 0) {
      randomFillSync(this.#pool);
      this.#left = this.#pool.length;
    }
    const drawn = this.#pool[--this.#left]!;
    // A drawn number may become a password: it does not stay in memory.
    this.#pool[this.#left] = 0;
    return drawn;
  }

  below(limit: number): number {
    return drawBelow(this, limit);
  }

  fork(): Random {
    return this;
  }
}

/** The items in an order that is as likely as any other. */
export function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const order = [...items];
  for (let left = order.length; left > 1; left--) {
    const chosen = random.below(left);
    [order[left - 1], order[chosen]] = [order[chosen]!, order[left - 1]!];
  }
  return order;
}
