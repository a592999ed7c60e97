import { silentLogger } from "@branta/foundation-observe";
import { expect, test } from "vitest";
import { exampleView } from "./example-view.ts";
import { startMetricsEndpoint } from "./metrics-endpoint.ts";
import { registerServerGauges } from "./server-gauges.ts";

const PROMETHEUS = `metricsProvider.className=org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider
metricsProvider.httpHost=127.0.0.1
metricsProvider.httpPort=0
`;

test("Prometheus finds Apache's names and types", async () => {
  let uptimeMs = 0;
  const view = exampleView(PROMETHEUS);
  Object.defineProperty(view, "uptimeMs", { get: () => uptimeMs });
  registerServerGauges(view);
  view.metrics.ackLatency.add("2", 5);
  await using server = (await startMetricsEndpoint({ view, log: silentLogger }))!;
  const scrape = async () => (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text();
  const text = await scrape();
  for (const line of [
    "# TYPE znode_count gauge\nznode_count 8",
    "# TYPE avg_latency gauge\navg_latency 16.5",
    "# TYPE connection_rejected counter\nconnection_rejected 0",
    '# TYPE fsynctime summary\nfsynctime{quantile="0.5"} NaN\nfsynctime_count 0\nfsynctime_sum 0',
    'readlatency{quantile="0.5"} 1\nreadlatency{quantile="0.9"} 3\nreadlatency{quantile="0.99"} 3\nreadlatency_count 2',
    'ack_latency{key="2",quantile="0.99"} 5',
    'quota_bytes_limit_per_namespace{key="app"} 1000',
    "# TYPE process_resident_memory_bytes gauge",
  ]) {
    expect(text).toContain(`${line}\n`);
  }
  uptimeMs = 60_000;
  await scrape();
  uptimeMs = 120_000;
  expect(await scrape()).toContain('readlatency{quantile="0.5"} NaN\n');
});

test("without Prometheus's provider nothing is served", async () => {
  expect(await startMetricsEndpoint({ view: exampleView(), log: silentLogger })).toBeNull();
});
