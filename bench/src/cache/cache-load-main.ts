import { connect } from "node:net";
import { once } from "node:events";
import { Histogram } from "../histogram.ts";
import { CacheConnection, type CacheRecord } from "./cache-connection.ts";
import { CACHE_WORKLOADS, cacheRing } from "./cache-workload.ts";
import { sendAll } from "./send-all.ts";
import type { CacheLoadOptions, CacheLoadResult } from "./run-cache-load.ts";

/** The generator: a process of its own that is told what to do as JSON and answers with what it measured. */
const options = JSON.parse(process.argv[2] ?? "{}") as CacheLoadOptions;
const workload = CACHE_WORKLOADS[options.workload]!(options.valueBytes);

if (options.isPreloading) await sendAll(options.port, workload.preload());
const replyBytesOf = [];
for (const { request } of workload.classes) replyBytesOf.push(await lengthOfReply(request(1)));

const record: CacheRecord = { histogram: new Histogram(), isMeasuring: false, done: 0 };
const intervalUs =
  options.operationsPerSecond === 0 ? 0 : (options.connections * options.pipeline * 1e6) / options.operationsPerSecond;
const connections: CacheConnection[] = [];
for (let i = 0; i < options.connections; i++) {
  const ring = cacheRing(workload, replyBytesOf, options.seed + i);
  connections.push(await CacheConnection.open(options.port, ring, record, { pipeline: options.pipeline, intervalUs }));
}
const startUs = performance.now() * 1_000;
connections.forEach((connection, at) => connection.start(startUs + (at * intervalUs) / connections.length));
if (intervalUs > 0) setImmediate(pace);
await sleep(options.warmUpSeconds * 1_000);
process.send?.("measuring");
const cpuBefore = process.cpuUsage();
const before = record.done;
const began = performance.now();
record.isMeasuring = true;
await sleep(options.seconds * 1_000);
record.isMeasuring = false;
const seconds = (performance.now() - began) / 1_000;
const operations = record.done - before;
const cpu = process.cpuUsage(cpuBefore);
process.send?.("measured");
for (const connection of connections) connection[Symbol.dispose]();
const result: CacheLoadResult = {
  operations,
  seconds,
  latencies: [...record.histogram.counts],
  latencyUsMax: record.histogram.max,
  generatorCpuSeconds: (cpu.user + cpu.system) / 1e6,
};
process.send?.(result, () => process.exit(0));

/** Looks all the time for what is due: a timer counts in milliseconds, and would send many at once. */
function pace(): void {
  const nowUs = performance.now() * 1_000;
  for (const connection of connections) connection.sendIfDue(nowUs);
  setImmediate(pace);
}

async function lengthOfReply(request: string): Promise<number> {
  const socket = connect({ port: options.port, host: "127.0.0.1", noDelay: true });
  socket.write(`${request}version\r\n`, "latin1");
  let text = "";
  while (!/VERSION [^\r]*\r\n$/.test(text)) text += ((await once(socket, "data")) as [Buffer])[0].toString("latin1");
  socket.destroy();
  const reply = text.replace(/VERSION [^\r]*\r\n$/, "");
  if (/^(?:\w*ERROR|NOT_FOUND|END)/.test(reply)) {
    throw new Error(`Cannot measure "${options.workload}": "${request.trim()}" was answered by "${reply.trim()}"`);
  }
  return reply.length;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
