const SUB_BUCKETS = 64;
const SUB_BITS = 6;
const OCTAVES = 26;

/**
 * Latencies in fixed buckets: 64 to every power of two of microseconds, so that a value is kept within 1.6 %.
 * Recording allocates nothing.
 */
export class Histogram {
  readonly counts: Float64Array;
  count = 0;
  max = 0;

  constructor(counts?: readonly number[]) {
    this.counts = new Float64Array(SUB_BUCKETS * OCTAVES);
    if (counts !== undefined) this.counts.set(counts);
    for (const each of this.counts) this.count += each;
  }

  /** Adds `times` values of `us` microseconds. */
  record(us: number, times = 1): void {
    const whole = us < 0 ? 0 : us >>> 0;
    const shift = Math.max(0, 31 - Math.clz32(whole | 1) - (SUB_BITS - 1));
    const at = Math.min(shift * (SUB_BUCKETS / 2) + (whole >>> shift), this.counts.length - 1);
    this.counts[at]! += times;
    this.count += times;
    if (us > this.max) this.max = us;
  }

  add(other: Histogram): void {
    for (let i = 0; i < this.counts.length; i++) this.counts[i]! += other.counts[i]!;
    this.count += other.count;
    this.max = Math.max(this.max, other.max);
  }

  /** The value below which `part` (0 to 1) of all lie, microseconds. */
  percentile(part: number): number {
    let left = this.count * part;
    for (let at = 0; at < this.counts.length; at++) {
      left -= this.counts[at]!;
      if (left <= 0 && this.counts[at]! > 0) return valueOf(at);
    }
    return this.max;
  }
}

function valueOf(at: number): number {
  if (at < SUB_BUCKETS) return at;
  const shift = Math.floor(at / (SUB_BUCKETS / 2)) - 1;
  return (at - shift * (SUB_BUCKETS / 2)) * 2 ** shift;
}
