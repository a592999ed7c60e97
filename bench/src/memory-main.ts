import { parseArgs } from "node:util";
import { parseServerKind } from "@branta/tests-kit";
import { startBenchServer } from "./bench-servers.ts";
import { createNodes } from "./preload.ts";
import { residentBytes } from "./process-usage.ts";
import { formatTable, mebibytes, rowsWithRatios, thousands } from "./table.ts";

/**
 * What many nodes cost a server in memory.
 *
 *   node --conditions=source bench/src/memory-main.ts --nodes 500000
 */
const { values } = parseArgs({
  options: {
    nodes: { type: "string", default: "500000" },
    "value-bytes": { type: "string", default: "100" },
    servers: { type: "string", default: "branta,apache-3.9.5" },
  },
});

const NODES_PER_FOLDER = 1_000;
const SETTLE_MS = 5_000;
const COLUMNS = {
  "empty MiB": mebibytes,
  "written MiB": mebibytes,
  "restarted MiB": mebibytes,
  "restarted in ms": thousands,
  "bytes/node": thousands,
} as const;

const nodes = Number(values.nodes);
const figures = new Map<string, number[]>();
for (const kind of values.servers.split(",").map(parseServerKind)) {
  await using server = await startBenchServer(kind);
  const empty = residentBytes(server.pid);
  await createNodes(server.port, paths(nodes), Buffer.alloc(Number(values["value-bytes"]), "v"));
  await settle();
  const written = residentBytes(server.pid);
  // A restart shows what the nodes take without what writing them left behind.
  await server.stop();
  const launchMs = await server.launch();
  await settle();
  const restarted = residentBytes(server.pid);
  figures.set(kind, [empty, written, restarted, launchMs, (restarted - empty) / nodes]);
}
console.log(`${thousands(nodes)} nodes of ${values["value-bytes"]} bytes; MiB are of RSS\n`);
console.log(formatTable(["", ...Object.keys(COLUMNS)], rowsWithRatios(figures, Object.values(COLUMNS))));

function* paths(count: number): Generator<string> {
  for (let node = 0; node < count; node++) {
    const folder = `/f${Math.floor(node / NODES_PER_FOLDER)}`;
    if (node % NODES_PER_FOLDER === 0) yield folder;
    yield `${folder}/node-${String(node).padStart(9, "0")}`;
  }
}

function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
}
