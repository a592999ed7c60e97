import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { parseServerKind, pathBody, type ServerKind, WireSession } from "@branta/tests-kit";
import { OpCode } from "@branta/zookeeper-protocol";
import { startBenchServers } from "./bench-servers.ts";
import { benchPaths, createNodes } from "./preload.ts";
import { KEYS, WORKLOADS, type Workload } from "./request-ring.ts";
import { type Measurement, runLoad } from "./run-load.ts";
import { formatTable, mebibytes, median, milliseconds, ratio, thousands } from "./table.ts";

/**
 * Two servers under the same load in turn (A B A B), on one machine and in one run.
 *
 *   node --conditions=source bench/src/main.ts --workload get,set,create,mixed --connections 8 --in-flight 64
 *   node --conditions=source bench/src/main.ts --members 3 --workload set,get --connections 9 --in-flight 64
 */
const { values } = parseArgs({
  options: {
    workload: { type: "string", default: "get,set,create,mixed" },
    connections: { type: "string", default: "8" },
    "in-flight": { type: "string", default: "64" },
    "value-bytes": { type: "string", default: "100" },
    "warm-up": { type: "string", default: "5" },
    seconds: { type: "string", default: "8" },
    rounds: { type: "string", default: "2" },
    servers: { type: "string", default: "branta,apache-3.9.5" },
    members: { type: "string", default: "1" },
  },
});

const servers = values.servers.split(",").map(parseServerKind);
const workloads = values.workload.split(",").map((name): Workload => {
  const found = WORKLOADS.find((workload) => workload === name);
  if (found === undefined)
    throw new RangeError(`Cannot run the workload "${name}": must be one of ${WORKLOADS.join(", ")}`);
  return found;
});
const measured = new Map<string, Measurement[]>();

for (let round = 1; round <= Number(values.rounds); round++) {
  for (const kind of servers) await runRound(kind, round);
}
showTable();

async function runRound(kind: ServerKind, round: number): Promise<void> {
  await using started = await startBenchServers(kind, Number(values.members));
  const { servers: members } = started;
  await createNodes(members[0]!.port, benchPaths(KEYS), Buffer.alloc(Number(values["value-bytes"]), "v"));
  for (const { port } of members) await catchUp(port);
  for (const workload of workloads) {
    const measurement = await runLoad(members, {
      workload,
      connections: Number(values.connections),
      inFlight: Number(values["in-flight"]),
      valueBytes: Number(values["value-bytes"]),
      warmUpSeconds: Number(values["warm-up"]),
      seconds: Number(values.seconds),
      run: `${workload}${round}`,
    });
    const key = `${workload} ${kind}`;
    measured.set(key, [...(measured.get(key) ?? []), measurement]);
    const rate = thousands(measurement.operationsPerSecond);
    console.log(
      `round ${round}  ${key}: ${rate} ops/s, p99 ${milliseconds(measurement.p99Us)} ms, ${measurement.errors} errors`,
    );
  }
}

/** Lets a member come as far as the one that was written to. */
async function catchUp(port: number): Promise<void> {
  await using session = await WireSession.open(port);
  await session.request(OpCode.sync, pathBody("/"));
}

function showTable(): void {
  const rows: string[][] = [];
  for (const workload of workloads) {
    const [first, second] = servers.map((kind) => summarise(measured.get(`${workload} ${kind}`) ?? []));
    for (const [index, summary] of [first, second].entries()) {
      if (summary !== undefined) rows.push([`${workload} ${servers[index]!}`, ...cells(summary)]);
    }
    if (first !== undefined && second !== undefined) rows.push([`${workload} ratio`, ...ratios(first, second)]);
  }
  const head = [
    "",
    "ops/s",
    "p50 ms",
    "p99 ms",
    "max ms",
    "server CPU s",
    "server µs/op",
    "generator µs/op",
    "RSS MiB",
  ];
  console.log(
    `\n${values.members} server(s), ${values.connections} connections × ${values["in-flight"]} in flight, ${values["value-bytes"]} bytes, fsync on, ${cpus().length} cores`,
  );
  console.log(`median of ${values.rounds} rounds of ${values.seconds} s after ${values["warm-up"]} s of warm-up\n`);
  console.log(formatTable(head, rows));
}

function summarise(list: readonly Measurement[]): Measurement {
  const of = (pick: (each: Measurement) => number): number => median(list.map(pick));
  return {
    operationsPerSecond: of((each) => each.operationsPerSecond),
    p50Us: of((each) => each.p50Us),
    p99Us: of((each) => each.p99Us),
    maxUs: Math.max(...list.map((each) => each.maxUs)),
    perSecond: [],
    errors: 0,
    serverCpuSeconds: of((each) => each.serverCpuSeconds),
    generatorUsPerOperation: of((each) => each.generatorUsPerOperation),
    serverResidentBytes: of((each) => each.serverResidentBytes),
  };
}

function cells(each: Measurement): string[] {
  return [
    thousands(each.operationsPerSecond),
    milliseconds(each.p50Us),
    milliseconds(each.p99Us),
    milliseconds(each.maxUs),
    each.serverCpuSeconds.toFixed(1),
    ((each.serverCpuSeconds * 1e6) / (each.operationsPerSecond * Number(values.seconds))).toFixed(1),
    each.generatorUsPerOperation.toFixed(2),
    mebibytes(each.serverResidentBytes),
  ];
}

function ratios(first: Measurement, second: Measurement): string[] {
  return [
    ratio(first.operationsPerSecond, second.operationsPerSecond),
    ratio(first.p50Us, second.p50Us),
    ratio(first.p99Us, second.p99Us),
    ratio(first.maxUs, second.maxUs),
    ratio(first.serverCpuSeconds, second.serverCpuSeconds),
    ratio(first.serverCpuSeconds / first.operationsPerSecond, second.serverCpuSeconds / second.operationsPerSecond),
    "",
    ratio(first.serverResidentBytes, second.serverResidentBytes),
  ];
}
