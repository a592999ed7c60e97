import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parseServerKind, type ServerProcess } from "@branta/tests-kit";
import { startBenchServer } from "./bench-servers.ts";
import { benchPaths, createNodes } from "./preload.ts";
import { runLoad } from "./run-load.ts";
import { formatTable, milliseconds, thousands } from "./table.ts";

/**
 * Whether snapshots stall clients: writes to a big tree, second by second, with the snapshots that fell into them.
 *
 *   node --conditions=source bench/src/snapshot-main.ts --nodes 1000000 --seconds 30
 */
const { values } = parseArgs({
  options: {
    nodes: { type: "string", default: "1000000" },
    seconds: { type: "string", default: "30" },
    "snap-count": { type: "string", default: "400000" },
    connections: { type: "string", default: "8" },
    "in-flight": { type: "string", default: "64" },
    servers: { type: "string", default: "branta,apache-3.9.5" },
  },
});

const WARM_UP_SECONDS = 5;
const rows: string[][] = [];
for (const kind of values.servers.split(",").map(parseServerKind)) {
  await using server = await startBenchServer(kind, { snapCount: values["snap-count"] });
  await createNodes(server.port, benchPaths(Number(values.nodes)), Buffer.alloc(100, "v"));
  const from = Date.now() + WARM_UP_SECONDS * 1_000;
  const measurement = await runLoad([server], {
    workload: "set",
    connections: Number(values.connections),
    inFlight: Number(values["in-flight"]),
    valueBytes: 100,
    warmUpSeconds: WARM_UP_SECONDS,
    seconds: Number(values.seconds),
    run: "s",
  });
  const snapshots = await snapshotSeconds(server, from);
  const lowest = Math.min(...measurement.perSecond);
  console.log(
    `\n${kind}: sets in each second; snapshots were finished at ${snapshots.map((at) => `${at.toFixed(1)} s`).join(", ") || "no time"}`,
  );
  console.log(measurement.perSecond.map((rate) => thousands(rate)).join(" · "));
  rows.push([
    kind,
    thousands(measurement.operationsPerSecond),
    thousands(lowest),
    `${Math.round((lowest / measurement.operationsPerSecond) * 100)} %`,
    milliseconds(measurement.p99Us),
    milliseconds(measurement.maxUs),
    String(snapshots.length),
  ]);
}
console.log(
  `\n${thousands(Number(values.nodes))} nodes, a snapshot about every ${thousands(Number(values["snap-count"]))} writes\n`,
);
console.log(formatTable(["", "sets/s", "lowest second", "of the mean", "p99 ms", "max ms", "snapshots"], rows));

/** When snapshots were finished, seconds after `from`. */
async function snapshotSeconds(server: ServerProcess, from: number): Promise<number[]> {
  const folder = join(server.dataFolder, "version-2");
  const names = (await readdir(folder)).filter((name) => name.startsWith("snapshot."));
  const times = await Promise.all(names.map(async (name) => ((await stat(join(folder, name))).mtimeMs - from) / 1_000));
  return times.filter((at) => at > 0 && at <= Number(values.seconds)).sort((a, b) => a - b);
}
