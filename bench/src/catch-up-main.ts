import { rm } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Ensemble, parseServerKind, type ServerKind, type ServerProcess } from "@branta/tests-kit";
import { leaderOf } from "./leader-of.ts";
import { benchPaths, createNodes } from "./preload.ts";
import { type Measurement, runLoad } from "./run-load.ts";
import { formatTable, milliseconds, ratio, thousands } from "./table.ts";

/**
 * What it costs a leader's clients that a follower without any data catches up by snapshot.
 *
 *   node --conditions=source bench/src/catch-up-main.ts --nodes 1000000 --node-bytes 1000
 */
const { values } = parseArgs({
  options: {
    nodes: { type: "string", default: "1000000" },
    "node-bytes": { type: "string", default: "1000" },
    seconds: { type: "string", default: "30" },
    connections: { type: "string", default: "4" },
    "in-flight": { type: "string", default: "8" },
    servers: { type: "string", default: "branta,apache-3.9.5" },
  },
});

const rows: string[][] = [];
for (const kind of values.servers.split(",").map(parseServerKind)) rows.push(await measure(kind));
const size = thousands((Number(values.nodes) * Number(values["node-bytes"])) / 2 ** 20);
console.log(`\nSets on the leader while a follower gets ${size} MiB by snapshot, ${values.seconds} s each\n`);
console.log(
  formatTable(["", "p99 ms before", "p99 ms meanwhile", "ratio", "sets/s meanwhile", "caught up after s"], rows),
);

async function measure(kind: ServerKind): Promise<string[]> {
  const config = { tickTime: 2_000, initLimit: 60, syncLimit: 30, maxClientCnxns: 0, maxSessionTimeout: 120_000 };
  await using ensemble = await Ensemble.start({ kind, config, heapMb: 3_000, logLevel: "WARN" });
  const leader = await leaderOf(ensemble);
  await createNodes(leader.port, benchPaths(Number(values.nodes)), Buffer.alloc(Number(values["node-bytes"]), "v"));
  const before = await load(leader, "before");
  const follower = ensemble.servers.find((server) => server !== leader)!;
  await follower.kill();
  await rm(join(follower.dataFolder, "version-2"), { recursive: true });
  const [meanwhile, elapsedMs] = await Promise.all([load(leader, "meanwhile"), follower.launch()]);
  return [
    kind,
    milliseconds(before.p99Us),
    milliseconds(meanwhile.p99Us),
    ratio(meanwhile.p99Us, before.p99Us),
    thousands(meanwhile.operationsPerSecond),
    (elapsedMs / 1_000).toFixed(1),
  ];
}

function load(leader: ServerProcess, run: string): Promise<Measurement> {
  return runLoad([leader], {
    workload: "set",
    connections: Number(values.connections),
    inFlight: Number(values["in-flight"]),
    valueBytes: Number(values["node-bytes"]),
    warmUpSeconds: 1,
    seconds: Number(values.seconds),
    run,
  });
}
