import { createBody, OPEN, WireSession } from "@branta/tests-kit";
import { OpCode } from "@branta/zookeeper-protocol";
import { Histogram } from "./histogram.ts";
import { LoadConnection, type LoadRecord } from "./load-connection.ts";
import type { LoadOptions, LoadResult } from "./load-options.ts";
import { RequestRing } from "./request-ring.ts";

/** The load generator: a process of its own that is told what to do as JSON and answers with what it measured. */
const options = JSON.parse(process.argv[2] ?? "{}") as LoadOptions;

const record: LoadRecord = { histogram: new Histogram(), measuring: false, done: 0, errors: 0 };
const connections: LoadConnection[] = [];
await using session = await WireSession.open(options.ports[0]!);
for (let i = 0; i < options.connections; i++) {
  const folder = `/bench/${options.run}-${i}`;
  if (options.workload === "create") await session.request(OpCode.create, createBody(folder, null, OPEN, 0));
  const ring = RequestRing.for(options.workload, options.valueBytes, i + 1, folder);
  const port = options.ports[i % options.ports.length]!;
  connections.push(await LoadConnection.open(port, ring, options.inFlight, record));
}
await session.close();

for (const connection of connections) connection.start();
await sleep(options.warmUpSeconds * 1_000);
process.send?.("measuring");
const perSecond: number[] = [];
const cpuBefore = process.cpuUsage();
const began = performance.now();
record.measuring = true;
const doneBefore = record.done;
for (let second = 1; second <= options.seconds; second++) {
  const before = record.done;
  const from = performance.now();
  await sleep(began + second * 1_000 - from);
  perSecond.push(((record.done - before) * 1_000) / (performance.now() - from));
}
record.measuring = false;
const seconds = (performance.now() - began) / 1_000;
const cpu = process.cpuUsage(cpuBefore);
process.send?.("measured");
await Promise.all(connections.map((connection) => connection.stop()));

const result: LoadResult = {
  operations: record.done - doneBefore,
  seconds,
  errors: record.errors,
  perSecond,
  latencies: [...record.histogram.counts],
  latencyUsMax: record.histogram.max,
  generatorCpuSeconds: (cpu.user + cpu.system) / 1e6,
};
process.send?.(result, () => process.exit(0));

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(ms, 0)));
}
