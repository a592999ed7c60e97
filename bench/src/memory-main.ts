import { parseArgs } from "node:util";
import { parseServerKind, pathWatchBody, type ServerProcess, WireSession } from "@branta/tests-kit";
import { OpCode, Xid } from "@branta/zookeeper-protocol";
import { startBenchServer } from "./bench-servers.ts";
import { createNodes } from "./preload.ts";
import { residentBytes } from "./process-usage.ts";
import { formatTable, mebibytes, median, thousands } from "./table.ts";

/**
 * What a server's memory costs: many nodes, and many idle sessions that each watch one.
 *
 *   node --conditions=source bench/src/memory-main.ts --nodes 500000 --sessions 10000
 */
const { values } = parseArgs({
  options: {
    nodes: { type: "string", default: "500000" },
    sessions: { type: "string", default: "10000" },
    servers: { type: "string", default: "branta,apache-3.9.5" },
  },
});

const NODES_PER_FOLDER = 1_000;
const SETTLE_MS = 5_000;
const PINGS = 2_000;
const OPENING_AT_ONCE = 100;

const rows: string[][] = [];
for (const kind of values.servers.split(",").map(parseServerKind)) {
  await using server = await startBenchServer(kind);
  const empty = residentBytes(server.pid);
  await createNodes(server.port, paths(Number(values.nodes)), Buffer.alloc(100, "v"));
  await settle();
  const full = residentBytes(server.pid);
  // A restart shows what the nodes take without what writing them left behind.
  await server.stop();
  await server.launch();
  await settle();
  const restarted = residentBytes(server.pid);
  const pingAlone = await pingLatenciesUs(server, []);
  const sessions = await openWatchers(server, Number(values.sessions));
  await settle();
  const watched = residentBytes(server.pid);
  const pings = await pingLatenciesUs(server, sessions);
  for (const session of sessions) session.connection.destroy();
  rows.push([
    kind,
    mebibytes(empty),
    mebibytes(full),
    mebibytes(restarted),
    thousands((restarted - empty) / Number(values.nodes)),
    mebibytes(watched),
    thousands((watched - restarted) / Number(values.sessions)),
    `${thousands(median(pingAlone))} / ${thousands(quantile(pingAlone, 0.99))}`,
    `${thousands(median(pings))} / ${thousands(quantile(pings, 0.99))}`,
  ]);
  console.log(rows.at(-1)!.join("  "));
}
console.log(
  `\n${thousands(Number(values.nodes))} nodes of 100 bytes; ${thousands(Number(values.sessions))} idle sessions with a watch each; MiB are of RSS\n`,
);
console.log(
  formatTable(
    [
      "",
      "empty MiB",
      "written MiB",
      "restarted MiB",
      "bytes/node",
      "watched MiB",
      "bytes/session",
      "ping p50/p99 µs",
      "with sessions",
    ],
    rows,
  ),
);

function* paths(count: number): Generator<string> {
  for (let node = 0; node < count; node++) {
    const folder = `/f${Math.floor(node / NODES_PER_FOLDER)}`;
    if (node % NODES_PER_FOLDER === 0) yield folder;
    yield `${folder}/node-${String(node).padStart(9, "0")}`;
  }
}

async function openWatchers(server: ServerProcess, count: number): Promise<WireSession[]> {
  const sessions: WireSession[] = [];
  const body = pathWatchBody("/f0", true);
  while (sessions.length < count) {
    const opening = Array.from({ length: Math.min(OPENING_AT_ONCE, count - sessions.length) }, async () => {
      const session = await WireSession.open(server.port, { timeoutMs: 120_000 });
      await session.request(OpCode.getData, body);
      return session;
    });
    sessions.push(...(await Promise.all(opening)));
  }
  return sessions;
}

/** One ping at a time, on the given sessions in turn or on one of its own. */
async function pingLatenciesUs(server: ServerProcess, sessions: readonly WireSession[]): Promise<number[]> {
  await using own = await WireSession.open(server.port);
  const latencies: number[] = [];
  for (let i = 0; i < PINGS; i++) {
    const session = sessions.length === 0 ? own : sessions[(i * 7) % sessions.length]!;
    const began = performance.now();
    session.send(OpCode.ping, undefined, Xid.ping);
    await session.take();
    latencies.push((performance.now() - began) * 1_000);
  }
  return latencies;
}

function quantile(list: readonly number[], part: number): number {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length * part)]!;
}

function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
}
