import { Counter, CounterSet } from "./counter.ts";
import type { Gauge, GaugeSet } from "./gauge.ts";
import { Summary, type SummaryDetail, SummarySet } from "./summary.ts";

/** Anything that a registry holds. */
export type Metric = Gauge | GaugeSet | Counter | CounterSet | Summary | SummarySet;

/** All metrics of a process under their names, in the order in which they were made. */
export class MetricsRegistry {
  readonly #metrics = new Map<string, Metric>();

  counter(name: string): Counter {
    return this.#add(new Counter(name));
  }

  counterSet(name: string): CounterSet {
    return this.#add(new CounterSet(name));
  }

  summary(name: string, detail: SummaryDetail): Summary {
    return this.#add(new Summary(name, detail));
  }

  summarySet(name: string, detail: SummaryDetail): SummarySet {
    return this.#add(new SummarySet(name, detail));
  }

  /** A gauge replaces one of the same name, as its owner may be made anew. */
  gauge(name: string, read: () => number | null, options: { readonly decimal?: boolean } = {}): Gauge {
    const gauge: Gauge = { kind: "gauge", name, decimal: options.decimal ?? false, read };
    this.#metrics.set(name, gauge);
    return gauge;
  }

  /** Like {@link gauge}; a key is shown under the label `key` unless another is given. */
  gaugeSet(name: string, read: GaugeSet["read"], options: { readonly label?: string } = {}): GaugeSet {
    const gaugeSet: GaugeSet = { kind: "gaugeSet", name, label: options.label ?? "key", read };
    this.#metrics.set(name, gaugeSet);
    return gaugeSet;
  }

  /** Takes a gauge away. */
  remove(name: string): void {
    this.#metrics.delete(name);
  }

  metrics(): IterableIterator<Metric> {
    return this.#metrics.values();
  }

  /** Begins a new interval of every summary. */
  rotate(): void {
    for (const metric of this.metrics()) {
      if (metric.kind === "summary" || metric.kind === "summarySet") metric.rotate();
    }
  }

  /** Sets counters and summaries back; gauges are nobody's to set. */
  reset(): void {
    for (const metric of this.metrics()) if ("reset" in metric) metric.reset();
  }

  #add<M extends Metric>(metric: M): M {
    if (this.#metrics.has(metric.name)) {
      throw new TypeError(`cannot make the metric "${metric.name}" a second time, expected a name of its own`);
    }
    this.#metrics.set(metric.name, metric);
    return metric;
  }
}
