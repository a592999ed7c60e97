import { parseArgs } from "node:util";
import { startCacheServer } from "./cache/cache-server.ts";
import { CACHE_WORKLOADS } from "./cache/cache-workload.ts";
import { type CacheMeasurement, runCacheLoad } from "./cache/run-cache-load.ts";
import { formatTable, median, rowsWithRatios, thousands } from "./table.ts";

/**
 * A cache node beside Debian's memcached, both with one thread, in turn.
 *
 *   node --conditions=source bench/src/cache-main.ts --workload mixed,get,set --pipeline 1,20 --value-bytes 100,1000
 *   node --conditions=source bench/src/cache-main.ts --workload lop-get,bop-get --servers branta,/path/of/arcus-memcached
 *   node --conditions=source bench/src/cache-main.ts --workload mixed --half-load
 *   node --conditions=source bench/src/cache-main.ts --workload get --pipeline 1 --servers branta,floor,memcached
 */
const { values } = parseArgs({
  options: {
    workload: { type: "string", default: "mixed" },
    servers: { type: "string", default: "branta,memcached" },
    connections: { type: "string", default: "16" },
    pipeline: { type: "string", default: "1,20" },
    "value-bytes": { type: "string", default: "100" },
    "memory-mb": { type: "string", default: "512" },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "5" },
    /** After each run another at half of what it reached: latency there says more. */
    "half-load": { type: "boolean", default: false },
  },
});

const COLUMNS = {
  "ops/s": thousands,
  "p50 µs": thousands,
  "p99 µs": thousands,
  "server µs/op": (value: number) => value.toFixed(2),
  "generator µs/op": (value: number) => value.toFixed(2),
} as const;

const list = (text: string): number[] => text.split(",").map(Number);
const workloads = values.workload.split(",");
for (const name of workloads) {
  if (CACHE_WORKLOADS[name] === undefined) {
    throw new RangeError(`Cannot measure "${name}": must be one of ${Object.keys(CACHE_WORKLOADS).join(", ")}`);
  }
}
// It knows no requests by their ends, and one value.
if (values.servers.includes("floor") && (values.pipeline !== "1" || values["value-bytes"] !== "100")) {
  throw new RangeError('Cannot measure the floor: must be with "--pipeline 1" and values of 100 bytes');
}
for (const workload of workloads) {
  for (const valueBytes of list(values["value-bytes"])) {
    for (const pipeline of list(values.pipeline)) await compare(workload, valueBytes, pipeline);
  }
}

async function compare(workload: string, valueBytes: number, pipeline: number): Promise<void> {
  const runs = new Map<string, CacheMeasurement[]>();
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const kind of values.servers.split(",")) {
      await using server = await startCacheServer(kind, Number(values["memory-mb"]));
      if (CACHE_WORKLOADS[workload]!(valueBytes).isOfCollections && !server.isArcus) continue;
      const options = {
        workload,
        valueBytes,
        connections: Number(values.connections),
        pipeline,
        warmUpSeconds: 2,
        seconds: Number(values.seconds),
        seed: round + 1,
      };
      const full = await runCacheLoad(server, { ...options, operationsPerSecond: 0, isPreloading: true });
      add(runs, server.name, full);
      if (!values["half-load"]) continue;
      const operationsPerSecond = full.operationsPerSecond / 2;
      add(
        runs,
        `${server.name}, half load`,
        await runCacheLoad(server, { ...options, operationsPerSecond, isPreloading: false }),
      );
    }
  }
  const figures = new Map([...runs].map(([name, measured]) => [name, figuresOf(measured)]));
  const size = CACHE_WORKLOADS[workload]!(valueBytes).isOfCollections ? "" : `, ${valueBytes} bytes`;
  console.log(
    `\n${workload}${size}, ${values.connections} connections, ${pipeline} requests together, ${values.rounds} rounds\n`,
  );
  console.log(formatTable(["", ...Object.keys(COLUMNS)], rowsWithRatios(figures, Object.values(COLUMNS))));
}

function add(runs: Map<string, CacheMeasurement[]>, name: string, measured: CacheMeasurement): void {
  const all = runs.get(name) ?? [];
  all.push(measured);
  runs.set(name, all);
}

function figuresOf(runs: readonly CacheMeasurement[]): number[] {
  const middle = (of: (run: CacheMeasurement) => number): number => median(runs.map((run) => of(run)));
  return [
    middle((run) => run.operationsPerSecond),
    middle((run) => run.p50Us),
    middle((run) => run.p99Us),
    middle((run) => run.serverUs),
    middle((run) => run.generatorUs),
  ];
}
