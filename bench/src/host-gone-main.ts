import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { createBody, KitError, modeOf, OPEN, parseServerKind, setDataBody, TestNetwork } from "@branta/tests-kit";
import { ErrorCode, OpCode } from "@branta/zookeeper-protocol";
import { HostServer } from "./host-server.ts";
import { formatTable, median, rowsWithRatios, thousands } from "./table.ts";

/**
 * From the moment the leader's host is gone (its cable is pulled: nobody is told, nothing closes) to the next write that
 * is acknowledged. Three servers of each kind, on test hosts; needs root.
 *
 *   node --conditions=source bench/src/host-gone-main.ts --times 4
 */
const { values } = parseArgs({
  options: {
    times: { type: "string", default: "4" },
    servers: { type: "string", default: "branta,apache-3.9.5" },
    "tick-time": { type: "string", default: "500" },
  },
});

const PATH = "/host-gone";
const MEMBERS = 3;
const SYNC_LIMIT = 5;
const RETRY_MS = 2;
const ANSWER_MS_MAX = 250;
const GIVE_UP_MS = 60_000;
const OWN_NETWORK = "BRANTA_OWN_NETWORK";

if (process.env[OWN_NETWORK] === undefined) {
  const words = ["--net", process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const { status } = spawnSync("unshare", words, { stdio: "inherit", env: { ...process.env, [OWN_NETWORK]: "1" } });
  process.exit(status ?? 1);
}

const kinds = values.servers.split(",").map(parseServerKind);
const tickTime = Number(values["tick-time"]);
const plans = kinds.flatMap((kind, of) =>
  Array.from({ length: MEMBERS }, (_, at) => ({ name: `${kind}-${at + 1}`, address: `10.0.0.${of * 10 + at + 1}` })),
);
const times = new Map<string, number[]>();
{
  await using network = await TestNetwork.create(plans, { isMiddleHere: true });
  await using servers = new AsyncDisposableStack();
  const ensembles = new Map<string, readonly HostServer[]>();
  for (const [of, kind] of kinds.entries()) {
    const hosts = network.hosts.slice(of * MEMBERS, (of + 1) * MEMBERS);
    const ensemble = await Promise.all(
      hosts.map((_, at) => HostServer.start({ kind, hosts, id: at + 1, tickTime, syncLimit: SYNC_LIMIT })),
    );
    for (const server of ensemble) servers.use(server);
    ensembles.set(kind, ensemble);
    await (await leaderOf(ensemble)).request(OpCode.create, createBody(PATH, null, OPEN, 0), GIVE_UP_MS);
  }
  // In turn, so that whatever else the machine does falls on both.
  for (let time = 1; time <= Number(values.times); time++) {
    for (const [kind, ensemble] of ensembles) {
      const elapsedMs = await loseLeader(network, ensemble);
      times.set(kind, [...(times.get(kind) ?? []), elapsedMs]);
      console.log(`${time}  ${kind}: ${thousands(elapsedMs)} ms`);
    }
  }
}
const figures = new Map([...times].map(([kind, list]) => [kind, [Math.min(...list), median(list), Math.max(...list)]]));
console.log(
  `\nLeader's host of three gone to next write acknowledged, ${values.times} times; ` +
    `a silent leader is given up after tickTime × syncLimit = ${thousands(tickTime * SYNC_LIMIT)} ms\n`,
);
console.log(
  formatTable(["", "min ms", "median ms", "max ms"], rowsWithRatios(figures, [thousands, thousands, thousands])),
);

/** Pulls the leader's cable, and plugs it in again afterwards. */
async function loseLeader(network: TestNetwork, ensemble: readonly HostServer[]): Promise<number> {
  const leader = await leaderOf(ensemble);
  const began = performance.now();
  await network.unplug(leader.host.name);
  await Promise.any(ensemble.filter((server) => server !== leader).map((server) => nextWrite(server, began)));
  const elapsedMs = performance.now() - began;
  await network.plug(leader.host.name);
  return elapsedMs;
}

/** A client of this server that tries until it succeeds. */
async function nextWrite(server: HostServer, began: number): Promise<void> {
  for (;;) {
    const body = setDataBody(PATH, Buffer.from("again"), -1);
    const error = await server.request(OpCode.setData, body, ANSWER_MS_MAX).catch((cause: unknown) => {
      // No server, no leader, no answer: what a failover looks like from outside.
      if (cause instanceof KitError) return null;
      throw cause;
    });
    if (error === ErrorCode.Ok) return;
    if (performance.now() - began > GIVE_UP_MS) throw new Error(`Waited ${GIVE_UP_MS} ms for a write: none succeeded`);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** The leader, once all follow it. */
async function leaderOf(ensemble: readonly HostServer[]): Promise<HostServer> {
  for (const began = performance.now(); performance.now() - began < GIVE_UP_MS;) {
    const modes = await Promise.all(ensemble.map(modeOf));
    if (modes.filter((mode) => mode === "follower").length === MEMBERS - 1) {
      const leader = ensemble[modes.indexOf("leader")];
      if (leader !== undefined) return leader;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Waited ${GIVE_UP_MS} ms for a leader that all follow: there is none`);
}
