import { expect, test } from "vitest";
import { Histogram } from "./histogram.ts";
import { MetricsRegistry } from "./metrics-registry.ts";
import { startMetricsServer } from "./metrics-server.ts";
import { renderPrometheus } from "./prometheus-text.ts";
import { registerProcessMetrics } from "./process-metrics.ts";
import { Summary } from "./summary.ts";

test("a histogram is exact up to 63 and within a sixteenth above, whatever it is given", () => {
  for (const value of [0, 1, 63, 64, 100, 1000, 65_537, 1_000_003, 2 ** 31 - 1]) {
    const histogram = new Histogram();
    histogram.add(value);
    const answer = Histogram.quantile(0.5, histogram);
    expect(Math.abs(answer - value)).toBeLessThanOrEqual(value < 64 ? 0 : value / 16);
  }
  const strange = new Histogram();
  for (const value of [-5, 1e18, Number.NaN, 0.5]) strange.add(value);
  expect(strange.total).toBe(4);
  expect(Histogram.quantile(0.25, strange)).toBe(0);
});

test("a summary knows number, sum, extremes, the mean to four decimals and quantiles", () => {
  const summary = new Summary("x", "advanced");
  expect([summary.average, summary.min, summary.max, summary.quantile(0.5)]).toEqual([0, 0, 0, Number.NaN]);
  for (let value = 1; value <= 60; value++) summary.add(value);
  summary.add(0);
  expect([summary.count, summary.sum, summary.min, summary.max]).toEqual([61, 1830, 0, 60]);
  expect([summary.quantile(0.5), summary.quantile(0.99), summary.quantile(0.999)]).toEqual([30, 60, 60]);
  const thirds = new Summary("y", "basic");
  for (const value of [1, 1, 0]) thirds.add(value);
  expect(thirds.average).toBe(0.6667);
  thirds.reset();
  expect([thirds.count, thirds.average, thirds.quantile(0.5)]).toEqual([0, 0, Number.NaN]);
});

test("recent quantiles forget after two intervals, the others do not", () => {
  const summary = new Summary("x", "advanced");
  summary.add(7);
  summary.rotate();
  summary.add(9);
  expect(summary.recentQuantile(0.5)).toBe(7);
  summary.rotate();
  expect(summary.recentQuantile(0.5)).toBe(9);
  summary.rotate();
  expect(summary.recentQuantile(0.5)).toBeNaN();
  expect([summary.quantile(0.5), summary.quantile(1), summary.count]).toEqual([7, 9, 2]);
});

function sampleRegistry(): MetricsRegistry {
  const registry = new MetricsRegistry();
  registry.gauge("avg_latency", () => 0.5, { decimal: true });
  registry.gaugeSet("quota_bytes_limit_per_namespace", () => [["app", 1000]]);
  registry.counter("commit_count").value = 3;
  registry.counterSet("quota_exceeded_error_per_namespace").add('a"b', 2);
  registry.summary("fsynctime", "basic").add(4);
  registry.summary("readlatency", "advanced");
  registry.summarySet("ack_latency", "advanced").add("1", 5);
  return registry;
}

test("Prometheus's text form", () => {
  expect(renderPrometheus(sampleRegistry())).toBe(`# HELP avg_latency avg_latency
# TYPE avg_latency gauge
avg_latency 0.5
# HELP quota_bytes_limit_per_namespace quota_bytes_limit_per_namespace
# TYPE quota_bytes_limit_per_namespace gauge
quota_bytes_limit_per_namespace{key="app"} 1000
# HELP commit_count commit_count
# TYPE commit_count counter
commit_count 3
# HELP quota_exceeded_error_per_namespace quota_exceeded_error_per_namespace
# TYPE quota_exceeded_error_per_namespace counter
quota_exceeded_error_per_namespace{key="a\\"b"} 2
# HELP fsynctime fsynctime
# TYPE fsynctime summary
fsynctime{quantile="0.5"} 4
fsynctime_count 1
fsynctime_sum 4
# HELP readlatency readlatency
# TYPE readlatency summary
readlatency{quantile="0.5"} NaN
readlatency{quantile="0.9"} NaN
readlatency{quantile="0.99"} NaN
readlatency_count 0
readlatency_sum 0
# HELP ack_latency ack_latency
# TYPE ack_latency summary
ack_latency{key="1",quantile="0.5"} 5
ack_latency{key="1",quantile="0.9"} 5
ack_latency{key="1",quantile="0.99"} 5
ack_latency_count{key="1"} 1
ack_latency_sum{key="1"} 5
`);
});

test("a reset sets counters and summaries back, a name is taken once", () => {
  const registry = sampleRegistry();
  registry.reset();
  const text = renderPrometheus(registry);
  expect(text).toContain("commit_count 0\n");
  expect(text).toContain("fsynctime_count 0\n");
  expect(text).toContain("avg_latency 0.5\n");
  expect(() => registry.counter("commit_count")).toThrow('cannot make the metric "commit_count" a second time');
});

test("the endpoint answers /metrics and nothing else", async () => {
  const registry = new MetricsRegistry();
  registerProcessMetrics(registry);
  await using server = await startMetricsServer({
    host: "127.0.0.1",
    port: 0,
    render: () => renderPrometheus(registry),
  });
  const url = `http://127.0.0.1:${server.port}`;
  const answer = await fetch(`${url}/metrics`);
  expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(await answer.text()).toMatch(/^process_cpu_seconds_total [\d.]+$/m);
  expect((await fetch(`${url}/`)).status).toBe(404);
  expect((await fetch(`${url}/metrics`, { method: "POST" })).status).toBe(405);
});
