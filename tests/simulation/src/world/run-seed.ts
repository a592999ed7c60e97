import { mustHold } from "../simulation-error.ts";
import type { TraceSink } from "./cluster.ts";
import { planFaults } from "./fault-plan.ts";
import { zxidText } from "./history-node.ts";
import { Nemesis } from "./nemesis.ts";
import type { NewPeer } from "./peer.ts";
import { Simulation } from "./simulation.ts";

/** After the faults all servers must have the same history within this time. */
const CONVERGENCE_MS = 30_000;

/** So many leaders at most, until none is behind what a server without a vote has accepted. */
const ELECTIONS_MAX = 5;

/** Makes what gets to know everything that happens in a world, given its clock; null for nobody. */
export type NewTrace = (clock: () => number) => TraceSink | null;

/**
 * Runs one seed: faults for a while, then fine weather, in which a leader must come soon, all histories become equal, stay
 * so, and grow.
 *
 * @param counts how often what happened is added to this
 * @param newTrace of nobody where it is left out: most runs are to pass, and soon
 * @returns how long it was in virtual milliseconds
 * @throws SimulationError when a property is broken
 */
export function runSeed(
  seed: number,
  newPeer: NewPeer,
  counts: Record<string, number>,
  newTrace: NewTrace = () => null,
): number {
  const plan = planFaults(seed);
  const clock = (): number => simulation.nowMs;
  const simulation: Simulation = new Simulation(seed, plan, newPeer, newTrace(clock));
  try {
    const nemesis = new Nemesis(simulation);
    nemesis.start();
    simulation.runUntil(plan.faultsMs);
    nemesis.end();
    recover(simulation);
  } finally {
    add(counts, simulation);
  }
  return simulation.nowMs;
}

function recover(simulation: Simulation): void {
  const { cluster, plan } = simulation;
  simulation.runUntil(simulation.disksBusyUntilMs);
  const healedMs = simulation.nowMs;
  const { tickMs, initLimitTicks, syncLimitTicks } = plan.zab;
  const leaderMs = Math.min(10 * tickMs * initLimitTicks, CONVERGENCE_MS);
  // Who has slept or was cut off may still take itself for what it was.
  simulation.runUntil(healedMs + 2 * syncLimitTicks * tickMs);
  simulation.runUntil(healedMs + leaderMs, () => cluster.leader !== undefined);
  mustHold(cluster.leader !== undefined, "progress", () => `no leader ${leaderMs} ms after all faults`);
  const isAtRest = (): boolean => cluster.isConverged || cluster.isNextLeaderAwaited;
  simulation.runUntil(healedMs + CONVERGENCE_MS, isAtRest);
  for (let elections = 0; elections < ELECTIONS_MAX && cluster.isNextLeaderAwaited; elections++) {
    const { leader } = cluster;
    leader!.step({ kind: "resign", reason: "a later epoch has been accepted" }, cluster.nowMsOf(leader!.id));
    simulation.runUntil(simulation.nowMs + CONVERGENCE_MS, isAtRest);
  }
  mustHold(
    cluster.isConverged,
    "progress",
    () => `histories differ ${CONVERGENCE_MS} ms after all faults: ${standOf(simulation)}`,
  );
  // What has come to rest stays there: nobody leaves its role, and clients are served.
  const changes: number[] = [];
  simulation.onRoleChanged = (server) => changes.push(server);
  const { known } = cluster.invariants.integrity;
  const calmMs = 4 * syncLimitTicks * tickMs;
  simulation.runUntil(simulation.nowMs + calmMs);
  mustHold(changes.length === 0, "stability", () => `server ${changes[0]} left its role though nothing was wrong`);
  cluster.leader!.propose(cluster.nowMsOf(cluster.leader!.id));
  simulation.runUntil(
    simulation.nowMs + calmMs,
    () => cluster.isConverged && cluster.invariants.integrity.known > known,
  );
  mustHold(
    cluster.isConverged && cluster.invariants.integrity.known > known,
    "progress",
    () => `a write is not everywhere after ${calmMs} ms: ${standOf(simulation)}`,
  );
}

function standOf({ cluster }: Simulation): string {
  return [...cluster.servers.values()]
    .map(
      ({ id, status, tree }) =>
        `${id} ${status.role} in ${status.phase} of epoch ${status.epoch} at ${zxidText(tree.zxid)}`,
    )
    .join(", ");
}

function add(counts: Record<string, number>, { cluster, events, nowMs }: Simulation): void {
  for (const [name, count] of Object.entries(cluster.counts)) if (count > 0) counts[name] = (counts[name] ?? 0) + count;
  counts["events"] = (counts["events"] ?? 0) + events;
  counts["virtualSeconds"] = (counts["virtualSeconds"] ?? 0) + Math.round(nowMs / 1000);
  counts["committed"] = (counts["committed"] ?? 0) + cluster.invariants.order.length;
}
