import type { Metric, MetricsRegistry } from "./metrics-registry.ts";
import type { Summary, SummaryDetail } from "./summary.ts";

/** Content type of {@link renderPrometheus}. */
export const PROMETHEUS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** One number of a metric. */
export interface Sample {
  readonly name: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: number;
}

/** Quantiles that a summary shows. */
export const PROMETHEUS_QUANTILES: Readonly<Record<SummaryDetail, readonly number[]>> = {
  basic: [0.5],
  advanced: [0.5, 0.9, 0.99],
};

const TYPES = {
  gauge: "gauge",
  gaugeSet: "gauge",
  counter: "counter",
  counterSet: "counter",
  summary: "summary",
  summarySet: "summary",
} as const satisfies Record<Metric["kind"], string>;

/** The samples of a metric as Prometheus wants them; members of a set carry a label, mostly `key`. */
export function samplesOf(metric: Metric): Sample[] {
  const { name } = metric;
  const single = (value: number): Sample[] => [{ name, labels: [], value }];
  if (metric.kind === "gauge") return single(metric.read() ?? 0);
  if (metric.kind === "counter") return single(metric.value);
  if (metric.kind === "summary") return summarySamples(metric, []);
  if (metric.kind === "gaugeSet") {
    return [...metric.read()].map(([key, value]) => ({ name, labels: [[metric.label, key]], value }));
  }
  if (metric.kind === "counterSet") {
    return [...metric.byKey].map(([key, counter]) => ({ name, labels: [["key", key]], value: counter.value }));
  }
  return [...metric.byKey].flatMap(([key, summary]) => summarySamples(summary, [["key", key]]));
}

function summarySamples(summary: Summary, labels: Sample["labels"]): Sample[] {
  const { name } = summary;
  const quantiles = PROMETHEUS_QUANTILES[summary.detail].map((q): Sample => ({
    name,
    labels: [...labels, ["quantile", String(q)]],
    value: summary.recentQuantile(q),
  }));
  return [
    ...quantiles,
    { name: `${name}_count`, labels, value: summary.count },
    { name: `${name}_sum`, labels, value: summary.sum },
  ];
}

/**
 * All metrics in Prometheus's text format.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function renderPrometheus(registry: MetricsRegistry): string {
  const lines: string[] = [];
  for (const metric of registry.metrics()) {
    lines.push(`# HELP ${metric.name} ${metric.name}`, `# TYPE ${metric.name} ${TYPES[metric.kind]}`);
    for (const sample of samplesOf(metric)) lines.push(formatSample(sample));
  }
  return lines.map((line) => `${line}\n`).join("");
}

function formatSample({ name, labels, value }: Sample): string {
  if (labels.length === 0) return `${name} ${formatNumber(value)}`;
  const text = labels.map(([label, content]) => `${label}="${escapeLabel(content)}"`).join(",");
  return `${name}{${text}} ${formatNumber(value)}`;
}

function formatNumber(value: number): string {
  if (value === Infinity) return "+Inf";
  if (value === -Infinity) return "-Inf";
  return String(value);
}

function escapeLabel(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}
