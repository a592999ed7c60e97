/** A seeded generator (xorshift128): the same seed gives the same sequence on every machine. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(seed: number) {
    this.#a = seed >>> 0 || 1;
    this.#b = 0x9e37_79b9;
    this.#c = 0x243f_6a88;
    this.#d = Math.floor(seed / 0x1_0000_0000) ^ 0xb7e1_5162;
    for (let i = 0; i < 20; i++) this.next();
  }

  /** A whole number of 32 bits. */
  next(): number {
    const t = this.#a ^ (this.#a << 11);
    this.#a = this.#b;
    this.#b = this.#c;
    this.#c = this.#d;
    this.#d = this.#d ^ (this.#d >>> 19) ^ t ^ (t >>> 8);
    return this.#d >>> 0;
  }

  /** A whole number in [0, end). */
  below(end: number): number {
    return this.next() % end;
  }

  /** True once in `times`. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** Picks by weight; weights are whole numbers. */
  weighted<T>(table: readonly (readonly [number, T])[]): T {
    let total = 0;
    for (const [weight] of table) total += weight;
    let at = this.below(total);
    for (const [weight, item] of table) {
      if (at < weight) return item;
      at -= weight;
    }
    return table[0]![1];
  }
}
