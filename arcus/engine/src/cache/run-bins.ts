/** Runs of up to so many cells have a bin for each size; longer ones four bins for each power of two. */
export const EXACT_BINS = 64;
/** Bins in all. */
export const BINS = 192;

/** The bin for free runs of so many cells. */
export function binOf(cells: number): number {
  if (cells < EXACT_BINS) return cells;
  const power = 31 - Math.clz32(cells);
  return EXACT_BINS + ((power - 6) << 2) + ((cells >>> (power - 2)) & 3);
}

/** The first free run of each size, and which sizes have any. */
export class RunBins {
  readonly #heads = new Int32Array(BINS);
  readonly #inUse = new Uint32Array(BINS / 32);

  /** The first run of a bin, 0 for none. */
  head(bin: number): number {
    return this.#heads[bin];
  }

  setHead(bin: number, run: number): void {
    this.#heads[bin] = run;
    if (run === 0) this.#inUse[bin >>> 5] &= ~(1 << (bin & 31));
    else this.#inUse[bin >>> 5] |= 1 << (bin & 31);
  }

  /** The smallest bin in use from this one on; −1 for none. */
  firstFrom(bin: number): number {
    let word = bin >>> 5;
    if (word >= this.#inUse.length) return -1;
    let bits = this.#inUse[word] & (-1 << (bin & 31));
    while (bits === 0) {
      if (++word >= this.#inUse.length) return -1;
      bits = this.#inUse[word];
    }
    return word * 32 + 31 - Math.clz32(bits & -bits);
  }

  /** The largest bin in use; −1 for none. */
  last(): number {
    for (let word = this.#inUse.length - 1; word >= 0; word--) {
      if (this.#inUse[word] !== 0) return word * 32 + 31 - Math.clz32(this.#inUse[word]);
    }
    return -1;
  }
}
