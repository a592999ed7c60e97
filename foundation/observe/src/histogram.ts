const EXACT = 64;
const STEPS_LOG2 = 4;
const STEPS = 1 << STEPS_LOG2;
/** 64 exact values, then 16 steps for each doubling up to 2^31. */
const BUCKETS = EXACT + (31 - 6) * STEPS;

/**
 * Counts whole numbers in buckets: exact up to 63, within 1/16 above. Adding is one array write and allocates nothing.
 */
export class Histogram {
  readonly #counts = new Uint32Array(BUCKETS);
  #total = 0;

  /** Numbers counted. */
  get total(): number {
    return this.#total;
  }

  /** Counts a whole number; negative ones count as 0, ones above 2^31 - 1 as that. */
  add(value: number): void {
    this.#counts[bucketOf(value)]!++;
    this.#total++;
  }

  /** Adds all that another histogram counted. */
  merge(other: Histogram): void {
    for (let bucket = 0; bucket < BUCKETS; bucket++) this.#counts[bucket]! += other.#counts[bucket]!;
    this.#total += other.#total;
  }

  /**
   * The value below which the share `q` (0–1) of all numbers in these histograms lies; NaN when they are empty.
   * Above 63 it is the middle of a bucket.
   */
  static quantile(q: number, ...histograms: readonly Histogram[]): number {
    const total = histograms.reduce((sum, histogram) => sum + histogram.#total, 0);
    if (total === 0) return Number.NaN;
    const rank = Math.max(1, Math.ceil(q * total));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      for (const histogram of histograms) seen += histogram.#counts[bucket]!;
      if (seen >= rank) return middleOf(bucket);
    }
    return middleOf(BUCKETS - 1);
  }
}

function bucketOf(value: number): number {
  if (value < EXACT) return value > 0 ? value | 0 : 0;
  const whole = value > 0x7fff_ffff ? 0x7fff_ffff : value | 0;
  const exponent = 31 - Math.clz32(whole);
  return EXACT + (exponent - 6) * STEPS + ((whole >>> (exponent - STEPS_LOG2)) & (STEPS - 1));
}

function middleOf(bucket: number): number {
  if (bucket < EXACT) return bucket;
  const exponent = 6 + Math.floor((bucket - EXACT) / STEPS);
  const width = 2 ** (exponent - STEPS_LOG2);
  const low = 2 ** exponent + ((bucket - EXACT) % STEPS) * width;
  return Math.round(low + (width - 1) / 2);
}
