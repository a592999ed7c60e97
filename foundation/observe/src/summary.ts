import { Histogram } from "./histogram.ts";

/** How much a summary keeps: `basic` number, sum and extremes; `advanced` also how the values are spread. */
export type SummaryDetail = "basic" | "advanced";

/**
 * Number, sum, extremes and quantiles of a series of whole numbers. Adding costs a few additions and one array write.
 *
 * Quantiles come two ways: {@link quantile} over all values since the last reset, and {@link recentQuantile} over the
 * last one to two intervals between calls of {@link rotate}.
 */
export class Summary {
  readonly kind = "summary";
  readonly name: string;
  readonly detail: SummaryDetail;
  count = 0;
  sum = 0;
  #min = Infinity;
  #max = -Infinity;
  #older: Histogram | null = null;
  #previous: Histogram | null = null;
  #current: Histogram | null = null;

  constructor(name: string, detail: SummaryDetail) {
    this.name = name;
    this.detail = detail;
  }

  /** Takes a value; its fraction is cut off. */
  add(exact: number): void {
    const value = Math.trunc(exact);
    this.count++;
    this.sum += value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    (this.#current ??= new Histogram()).add(value);
  }

  /** Least value, 0 when there is none. */
  get min(): number {
    return this.count === 0 ? 0 : this.#min;
  }

  /** Greatest value, 0 when there is none. */
  get max(): number {
    return this.count === 0 ? 0 : this.#max;
  }

  /** Mean to four decimals, halves rounded up; 0 when there is no value. */
  get average(): number {
    // toFixed rounds the exact binary value, as Java's BigDecimal does.
    return this.count === 0 ? 0 : Number((this.sum / this.count).toFixed(4));
  }

  /** Quantile of all values since the last reset; NaN when there is none. */
  quantile(q: number): number {
    return Histogram.quantile(q, ...this.#histograms(this.#older));
  }

  /** Quantile of the values of this interval and the one before it; NaN when there is none. */
  recentQuantile(q: number): number {
    return Histogram.quantile(q, ...this.#histograms(null));
  }

  /** Begins a new interval. */
  rotate(): void {
    if (this.#current === null && this.#previous === null) return;
    if (this.#previous !== null) this.#older = merged(this.#older, this.#previous);
    this.#previous = this.#current;
    this.#current = null;
  }

  reset(): void {
    this.count = 0;
    this.sum = 0;
    this.#min = Infinity;
    this.#max = -Infinity;
    this.#older = null;
    this.#previous = null;
    this.#current = null;
  }

  #histograms(older: Histogram | null): Histogram[] {
    return [older, this.#previous, this.#current].filter((histogram) => histogram !== null);
  }
}

function merged(into: Histogram | null, from: Histogram): Histogram {
  if (into === null) return from;
  into.merge(from);
  return into;
}

/** Summaries of the same kind, one a key; a key's summary appears with its first value. */
export class SummarySet {
  readonly kind = "summarySet";
  readonly name: string;
  readonly detail: SummaryDetail;
  readonly byKey = new Map<string, Summary>();

  constructor(name: string, detail: SummaryDetail) {
    this.name = name;
    this.detail = detail;
  }

  add(key: string, value: number): void {
    this.of(key).add(value);
  }

  /** The summary of a key, for who adds to it often: it stays the key's own. */
  of(key: string): Summary {
    let summary = this.byKey.get(key);
    if (summary === undefined) this.byKey.set(key, (summary = new Summary(this.name, this.detail)));
    return summary;
  }

  rotate(): void {
    for (const summary of this.byKey.values()) summary.rotate();
  }

  reset(): void {
    for (const summary of this.byKey.values()) summary.reset();
  }
}
