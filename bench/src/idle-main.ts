import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { createBody, OPEN, parseServerKind, pathWatchBody, type ServerProcess, WireSession } from "@branta/tests-kit";
import { OpCode, Xid } from "@branta/zookeeper-protocol";
import { startBenchServer } from "./bench-servers.ts";
import { cpuSeconds, residentBytes } from "./process-usage.ts";
import { formatTable, mebibytes, quantile, rowsWithRatios, thousands } from "./table.ts";

/**
 * What many idle sessions cost that each watch a node, as clients of a service discovery do: memory, processor time, and
 * how long their pings take.
 *
 *   node --conditions=source bench/src/idle-main.ts --sessions 10000
 */
const { values } = parseArgs({
  options: {
    sessions: { type: "string", default: "10000" },
    /** How long sessions only ping, each every ten seconds. */
    seconds: { type: "string", default: "20" },
    servers: { type: "string", default: "branta,apache-3.9.5" },
  },
});

/** Long, so that none expires on a busy machine while others are opened. */
const SESSION_TIMEOUT_MS = 120_000;
const OPENING_AT_ONCE = 100;
const PINGS = 5_000;
/** As clients with a timeout of 30 s do. */
const PING_INTERVAL_MS = 10_000;
const TICK_MS = 50;
const SETTLE_MS = 3_000;
/** Files a server has open beside its connections. */
const FILES_BESIDE = 200;
const WATCHED = "/watched";
const COLUMNS = {
  "empty MiB": mebibytes,
  "with sessions MiB": mebibytes,
  "bytes/session": thousands,
  "opened/s": thousands,
  "idle CPU ms/s": thousands,
  "ping p50 µs": thousands,
  "p99 µs": thousands,
} as const;

const count = Number(values.sessions);
requireOpenFiles(count + FILES_BESIDE);
const figures = new Map<string, number[]>();
for (const kind of values.servers.split(",").map(parseServerKind)) {
  await using server = await startBenchServer(kind);
  const empty = residentBytes(server.pid);
  const began = performance.now();
  const sessions = await openWatchers(server, count);
  const openedPerSecond = (count * 1_000) / (performance.now() - began);
  await pause(SETTLE_MS);
  await pingLatenciesUs(sessions); // what is not compiled yet
  const usedBefore = cpuSeconds(server.pid);
  await pingAll(sessions, Number(values.seconds));
  const cpuMsPerSecond = ((cpuSeconds(server.pid) - usedBefore) * 1_000) / Number(values.seconds);
  const latencies = await pingLatenciesUs(sessions);
  const resident = residentBytes(server.pid);
  for (const session of sessions) session.connection.destroy();
  const sessionBytes = (resident - empty) / count;
  const pings = [quantile(latencies, 0.5), quantile(latencies, 0.99)];
  figures.set(kind, [empty, resident, sessionBytes, openedPerSecond, cpuMsPerSecond, ...pings]);
}
console.log(
  `${thousands(count)} sessions with a watch each, pinging every ${PING_INTERVAL_MS / 1_000} s; MiB are of RSS`,
);
console.log(`Latencies of ${thousands(PINGS)} pings, one at a time, on sessions in turn\n`);
console.log(formatTable(["", ...Object.keys(COLUMNS)], rowsWithRatios(figures, Object.values(COLUMNS))));

/** Both ends inherit the limit of this process, so it can be told before anything is started. */
function requireOpenFiles(wanted: number): void {
  const limit = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
  if (limit === undefined || Number(limit) >= wanted) return;
  process.stderr.write(
    `Cannot open ${count} sessions: this shell allows "${limit}" open files, wanted ${wanted}. Run \`ulimit -n ${wanted}\` first\n`,
  );
  process.exit(1);
}

async function openWatchers(server: ServerProcess, wanted: number): Promise<WireSession[]> {
  const sessions: WireSession[] = [];
  const body = pathWatchBody(WATCHED, true);
  while (sessions.length < wanted) {
    const opening = Array.from({ length: Math.min(OPENING_AT_ONCE, wanted - sessions.length) }, async (_, index) => {
      const session = await WireSession.open(server.port, { timeoutMs: SESSION_TIMEOUT_MS });
      if (sessions.length === 0 && index === 0)
        await session.request(OpCode.create, createBody(WATCHED, null, OPEN, 0));
      await session.request(OpCode.exists, body);
      return session;
    });
    sessions.push(...(await Promise.all(opening)));
  }
  return sessions;
}

/** Lets each session ping as its client would, spread evenly over the interval. */
async function pingAll(sessions: readonly WireSession[], seconds: number): Promise<void> {
  const began = performance.now();
  let sent = 0;
  for (let elapsedMs = 0; elapsedMs < seconds * 1_000; elapsedMs = performance.now() - began) {
    const due = Math.floor((elapsedMs / PING_INTERVAL_MS) * sessions.length);
    const pinged: WireSession[] = [];
    for (; sent < due; sent++) pinged.push(sessions[sent % sessions.length]!);
    for (const session of pinged) session.send(OpCode.ping, undefined, Xid.ping);
    await Promise.all(pinged.map((session) => session.take()));
    await pause(TICK_MS);
  }
}

async function pingLatenciesUs(sessions: readonly WireSession[]): Promise<number[]> {
  const latencies: number[] = [];
  for (let i = 0; i < PINGS; i++) {
    // Seven apart, so that neighbours in memory do not follow each other.
    const session = sessions[(i * 7) % sessions.length]!;
    const began = performance.now();
    session.send(OpCode.ping, undefined, Xid.ping);
    await session.take();
    latencies.push((performance.now() - began) * 1_000);
  }
  return latencies;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
