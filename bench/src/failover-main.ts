import { parseArgs } from "node:util";
import {
  createBody,
  Ensemble,
  KitError,
  OPEN,
  parseServerKind,
  type ServerKind,
  type ServerProcess,
  setDataBody,
  WireSession,
} from "@branta/tests-kit";
import { ErrorCode, OpCode } from "@branta/zookeeper-protocol";
import { GIVE_UP_MS, leaderOf } from "./leader-of.ts";
import { formatTable, median, rowsWithRatios, thousands } from "./table.ts";

/**
 * From the end of an ensemble's leader (SIGKILL: its ports close at once) to the next write that is acknowledged.
 *
 *   node --conditions=source bench/src/failover-main.ts --times 16
 */
const { values } = parseArgs({
  options: {
    times: { type: "string", default: "16" },
    servers: { type: "string", default: "branta,apache-3.9.5" },
    "tick-time": { type: "string", default: "500" },
  },
});

const PATH = "/failover";
const RETRY_MS = 2;
const ANSWER_MS_MAX = 250;

const kinds = values.servers.split(",").map(parseServerKind);
const ensembles = new Map<ServerKind, Ensemble>();
const times = new Map<ServerKind, number[]>();
try {
  for (const kind of kinds) ensembles.set(kind, await start(kind));
  // In turn, so that whatever else the machine does falls on both.
  for (let time = 1; time <= Number(values.times); time++) {
    for (const [kind, ensemble] of ensembles) {
      const elapsedMs = await failOver(ensemble);
      times.set(kind, [...(times.get(kind) ?? []), elapsedMs]);
      console.log(`${time}  ${kind}: ${thousands(elapsedMs)} ms`);
    }
  }
} finally {
  for (const ensemble of ensembles.values()) await ensemble[Symbol.asyncDispose]();
}
const figures = new Map([...times].map(([kind, list]) => [kind, [Math.min(...list), median(list), Math.max(...list)]]));
console.log(
  `\nLeader of three killed to next write acknowledged, ${values.times} times, tickTime ${values["tick-time"]}\n`,
);
console.log(
  formatTable(["", "min ms", "median ms", "max ms"], rowsWithRatios(figures, [thousands, thousands, thousands])),
);

async function start(kind: ServerKind): Promise<Ensemble> {
  const config = { tickTime: values["tick-time"], maxClientCnxns: 0 };
  const ensemble = await Ensemble.start({ kind, config, heapMb: 256, logLevel: "WARN" });
  await using session = await WireSession.open(ensemble.servers[0]!.port);
  await session.request(OpCode.create, createBody(PATH, null, OPEN, 0));
  return ensemble;
}

/** Kills the leader, and takes it back afterwards. */
async function failOver(ensemble: Ensemble): Promise<number> {
  const leader = await leaderOf(ensemble);
  const rest = ensemble.servers.filter((server) => server !== leader);
  const began = performance.now();
  leader.signal("SIGKILL");
  await Promise.any(rest.map((server) => nextWrite(server, began)));
  const elapsedMs = performance.now() - began;
  await leader.ended();
  await leader.launch();
  await leaderOf(ensemble);
  return elapsedMs;
}

/** A client of this server that tries until it succeeds. */
async function nextWrite(server: ServerProcess, began: number): Promise<void> {
  for (;;) {
    const isDone = await write(server).catch((error: unknown) => {
      // No server, no leader, no answer: what a failover looks like from outside.
      if (error instanceof KitError) return false;
      throw error;
    });
    if (isDone) return;
    if (performance.now() - began > GIVE_UP_MS) throw new Error(`no write within ${GIVE_UP_MS} ms\n${server.output}`);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

async function write(server: ServerProcess): Promise<boolean> {
  const session = await WireSession.open(server.port, {}, ANSWER_MS_MAX);
  try {
    session.send(OpCode.setData, setDataBody(PATH, Buffer.from("again"), -1));
    return (await session.take(ANSWER_MS_MAX)).err === ErrorCode.Ok;
  } finally {
    session.connection.destroy();
  }
}
