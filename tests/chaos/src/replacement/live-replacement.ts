import { Ensemble, type ServerKind } from "@branta/tests-kit";
import { ZooKeeper } from "@branta/zookeeper-client";
import { setTimeout as sleep } from "node:timers/promises";
import { dumpTree, treeDifferences } from "../ensemble/tree-dump.ts";
import { hasKazoo, KazooLoad } from "./kazoo-load.ts";
import type { Load, LoadReport } from "./load.ts";
import { LockUsers } from "./lock-user.ts";
import { checkUntilSafe } from "./migrate-command.ts";
import { Pauses } from "./pauses.ts";
import { Watcher } from "./watcher.ts";
import { Writer } from "./writer.ts";

export interface ReplacementOptions {
  /** What runs at first, and again at the end. */
  readonly apache: ServerKind;
  /** How long the load goes on between two steps, ms. */
  readonly settleMs: number;
  /** Told what happens. */
  readonly log: (line: string) => void;
}

/** What came of it. */
export interface ReplacementReport {
  readonly loads: readonly LoadReport[];
  /** Longest time without an acknowledged write of one of our clients, by step, ms. */
  readonly pausesMs: ReadonlyMap<string, number>;
  /** Broken promises of all, differences of trees among them. */
  readonly broken: readonly string[];
}

const WRITERS = 3;
const SESSION_TIMEOUT_MS = 10_000;
const STEP_TIMEOUT_MS = 60_000;

/**
 * Replaces the servers of an ensemble under load, one by one and on their data directories, by Branta's and then back
 * again, as the guide tells operators to: each step only when `bin/branta migrate check` allows it.
 */
export async function replaceLive({ apache, settleMs, log }: ReplacementOptions): Promise<ReplacementReport> {
  await using ensemble = await Ensemble.start({
    kind: apache,
    heapMb: 256,
    config: { tickTime: 500, snapCount: 2_000 },
  });
  const pauses = new Pauses();
  pauses.begin("before");
  const loads = await startLoads(ensemble, pauses);
  for (const load of loads) load.start();
  await sleep(settleMs);
  for (const kind of ["branta", apache] as const) await replaceAll(ensemble, kind, { pauses, settleMs, log });
  for (const load of loads) load.stop();
  // One after the other: the watcher, which comes last, must see the last write.
  const reports: LoadReport[] = [];
  for (const load of loads) reports.push(await load.finish());
  const differences = await compareTrees(ensemble);
  const broken = reports.flatMap(({ name, broken: ones }) => ones.map((one) => `${name}: ${one}`));
  return { loads: reports, pausesMs: pauses.longestMs, broken: [...broken, ...differences] };
}

async function startLoads(ensemble: Ensemble, pauses: Pauses): Promise<readonly Load[]> {
  const connect = (): Promise<ZooKeeper> =>
    ZooKeeper.connect(ensemble.connectionString, {
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
      backoff: { initialDelayMs: 20, maxDelayMs: 200 },
    });
  const writers: Load[] = [];
  for (let at = 1; at <= WRITERS; at++)
    writers.push(await Writer.prepare(await connect(), `/load/writer-${at}`, pauses));
  const register = "/load/writer-1/register";
  const kazoo = hasKazoo() ? [new KazooLoad(ensemble.connectionString, "/load/kazoo", register)] : [];
  return [
    ...writers,
    new LockUsers([await connect(), await connect()], "/load/lock"),
    new Watcher(await connect(), register),
    ...kazoo,
  ];
}

async function replaceAll(
  ensemble: Ensemble,
  kind: ServerKind,
  { pauses, settleMs, log }: { readonly pauses: Pauses } & Pick<ReplacementOptions, "settleMs" | "log">,
): Promise<void> {
  const to = kind === "branta" ? "branta" : "apache";
  for (;;) {
    const { server: id, next } = await checkUntilSafe(ensemble.connectionString, to, null, STEP_TIMEOUT_MS);
    log(next);
    if (id === null) return;
    const server = ensemble.servers[id - 1]!;
    const phase = `server ${id} → ${kind}`;
    pauses.begin(phase);
    await server.stop();
    server.become(kind);
    await server.launch();
    await checkUntilSafe(ensemble.connectionString, to, id, STEP_TIMEOUT_MS);
    await sleep(settleMs);
    log(`${phase}: longest write pause ${Math.round(pauses.longestMs.get(phase) ?? 0)} ms`);
  }
}

async function compareTrees({ servers }: Ensemble): Promise<string[]> {
  const trees = await Promise.all(servers.map(dumpTree));
  return trees.slice(1).flatMap((tree, at) => treeDifferences(trees[0]!, tree, ["server 1", `server ${at + 2}`]));
}
