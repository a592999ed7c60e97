import { createServer } from "node:net";
import { silentLogger } from "@branta/foundation-observe";
import { expect, test } from "vitest";
import { exampleMember } from "./example-ensemble.ts";
import { exampleView } from "./example-view.ts";
import { startOperatorServices } from "./operator-services.ts";

const PORTS = "admin.serverAddress=127.0.0.1\nmetricsProvider.httpHost=127.0.0.1\nmetricsProvider.httpPort=0\n";
const PROMETHEUS = "metricsProvider.className=org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider\n";
const log = silentLogger;

test("both run when both are configured, and stop together", async () => {
  const view = exampleView(`${PORTS}admin.serverPort=0\n${PROMETHEUS}`);
  const services = await startOperatorServices({ view, log });
  const urls = [
    `http://127.0.0.1:${services.admin!.port}/commands/ruok`,
    `http://127.0.0.1:${services.metrics!.port}/metrics`,
  ];
  for (const url of urls) expect((await fetch(url)).status).toBe(200);
  await services[Symbol.asyncDispose]();
  for (const url of urls) await expect(fetch(url)).rejects.toThrow();
});

test("neither runs unless configured, and gauges are there all the same", async () => {
  const view = exampleView("admin.enableServer=false\n");
  await using services = await startOperatorServices({ view, log });
  expect([services.admin, services.metrics]).toEqual([null, null]);
  expect([...view.metrics.registry.metrics()].map((metric) => metric.name)).toContain("znode_count");
});

test("an admin server that cannot start takes /metrics down with it", async () => {
  const busy = createServer();
  await new Promise<void>((resolve) => void busy.listen(0, "127.0.0.1", resolve));
  const { port } = busy.address() as { port: number };
  const view = exampleView(`${PORTS}admin.serverPort=${port}\n${PROMETHEUS}`);
  await expect(startOperatorServices({ view, log })).rejects.toMatchObject({ name: "AdminServerError", exitCode: 4 });
  busy.close();
});

test("a member of an ensemble goes on without an admin server whose port is taken", async () => {
  const busy = createServer();
  await new Promise<void>((resolve) => void busy.listen(0, "127.0.0.1", resolve));
  const { port } = busy.address() as { port: number };
  await using services = await startOperatorServices({
    view: exampleMember(1, {}, `${PORTS}admin.serverPort=${port}\n`),
    log,
  });
  expect(services.admin).toBeNull();
  busy.close();
});
