import { type Metric, type MetricsRegistry, samplesOf, type Summary } from "@branta/foundation-observe";
import type { EnsembleView } from "./ensemble-view.ts";
import type { ServerView } from "./server-view.ts";
import { fullVersion } from "./version.ts";

/** A number that is shown with a fraction even when it is whole. */
export class Decimal {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** A name and what it is. */
export type MonitorValue = readonly [name: string, value: string | number | Decimal];

const KIND_ORDER: readonly Metric["kind"][] = ["gauge", "gaugeSet", "counter", "counterSet", "summary", "summarySet"];
const QUANTILES = { p50: 0.5, p95: 0.95, p99: 0.99, p999: 0.999 } as const;

/**
 * What `mntr` and the admin command `monitor` show: version, state, then all metrics. Which form metrics take depends
 * on the metrics provider, as in Apache: names like `avg_fsynctime` by default, Prometheus's samples under Prometheus,
 * nothing under the null provider.
 */
export function monitorValues(view: ServerView): MonitorValue[] {
  const { config } = view;
  const values: MonitorValue[] = [["version", fullVersion(config)], ["server_state", view.mode], ...peerValues(view)];
  const { kind } = config.metricsProvider;
  if (kind === "null") return values;
  const dump = kind === "prometheus" ? prometheusValues : defaultValues;
  for (const metric of ordered(view.metrics.registry)) values.push(...dump(metric));
  return values;
}

function peerValues({ ensemble, mode }: ServerView): MonitorValue[] {
  if (ensemble === null) return [];
  const state: MonitorValue = ["peer_state", peerState(ensemble)];
  return mode === "observer" ? [state, ["observer_master_id", ensemble.masterId ?? -1]] : [state];
}

/** `following - synchronization - diff`: as far as there is something to say. */
function peerState({ role, phase, syncMode }: EnsembleView): string {
  return [role, ...(phase === "election" ? [] : [phase]), ...(syncMode === "none" ? [] : [syncMode])].join(" - ");
}

/** Gauges first, summaries last and of those the detailed ones behind, as Apache keeps them in tables apart. */
function ordered(registry: MetricsRegistry): Metric[] {
  const rank = (metric: Metric): number =>
    KIND_ORDER.indexOf(metric.kind) * 2 + ("detail" in metric && metric.detail === "advanced" ? 1 : 0);
  return [...registry.metrics()].sort((a, b) => rank(a) - rank(b));
}

function prometheusValues(metric: Metric): MonitorValue[] {
  return samplesOf(metric).map(({ name, labels, value }) => {
    const suffix = labels.map(([label, content]) => `${label}="${content}"`).join(",");
    return [suffix === "" ? name : `${name}{${suffix}}`, new Decimal(value)];
  });
}

function defaultValues(metric: Metric): MonitorValue[] {
  const { name } = metric;
  if (metric.kind === "gauge") {
    const value = metric.read();
    return value === null ? [] : [[name, metric.decimal ? new Decimal(value) : value]];
  }
  if (metric.kind === "gaugeSet") return Array.from(metric.read(), ([key, value]) => [`${key}_${name}`, value]);
  if (metric.kind === "counter") return [[name, metric.value]];
  if (metric.kind === "counterSet") return [...metric.byKey].map(([key, { value }]) => [`${key}_${name}`, value]);
  if (metric.kind === "summary") return summaryValues(name, metric);
  return [...metric.byKey].flatMap(([key, summary]) => summaryValues(`${key}_${name}`, summary));
}

function summaryValues(name: string, summary: Summary): MonitorValue[] {
  const values: MonitorValue[] = [
    [`avg_${name}`, new Decimal(summary.average)],
    [`min_${name}`, summary.min],
    [`max_${name}`, summary.max],
    [`cnt_${name}`, summary.count],
    [`sum_${name}`, summary.sum],
  ];
  if (summary.detail === "basic") return values;
  const quantiles = Object.entries(QUANTILES).map(([label, q]): MonitorValue => {
    const value = summary.quantile(q);
    return [`${label}_${name}`, Number.isNaN(value) ? 0 : value];
  });
  return [...values, ...quantiles];
}
