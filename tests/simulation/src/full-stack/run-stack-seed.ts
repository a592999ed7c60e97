import { inspect } from "node:util";
import { checkLinearizableByKey, registerModel } from "@branta/foundation-simulator";
import { NO_NODE, snapshotPieces } from "@branta/zookeeper-engine";
import type { Replica } from "@branta/zookeeper-server/testing";
import { mustHold } from "../simulation-error.ts";
import { StackNemesis } from "./stack-nemesis.ts";
import { planStack } from "./stack-plan.ts";
import { StackWorld } from "./stack-world.ts";

/** After the faults all servers must serve within this time. */
const RECOVERY_MS = 60_000;
/** Sessions of clients that have fallen silent must have ended within this time. */
const EXPIRY_MS = 60_000;
/** How hard the order of changes is looked for. */
const LINEARIZABILITY_STEPS_MAX = 2_000_000;

/** The same for the same seed, always. */
export interface StackResult {
  readonly hash: string;
  readonly virtualMs: number;
}

/**
 * Runs real servers (effect runner, storage, links, codecs, request side) on simulated disks and a simulated network,
 * with clients that keep a history, and faults by the seed's plan. When the faults are over, all servers must come to
 * serve the same tree, which has everything that clients were told of, and nothing of sessions that have ended.
 *
 * @throws SimulationError for what is not so
 */
export async function runStackSeed(
  seed: number,
  counts: Record<string, number>,
  onTrace: ((line: string) => void) | null = null,
): Promise<StackResult> {
  const world = new StackWorld(seed, planStack(seed), onTrace);
  try {
    const nemesis = new StackNemesis(world);
    nemesis.start();
    for (const client of world.clients) client.start();
    await world.runUntil(world.plan.faultsMs);
    nemesis.end();
    await recover(world);
  } finally {
    add(counts, world);
  }
  return { hash: world.hash, virtualMs: world.clock.nowMs() };
}

async function recover(world: StackWorld): Promise<void> {
  const { clock, history, clients, servers } = world;
  const doesServe = (): boolean => servers.every(({ replica }) => replica?.core.isServing === true);
  const serves = await world.runUntil(clock.nowMs() + RECOVERY_MS, doesServe);
  mustHold(serves, "progress", () => `not all serve ${RECOVERY_MS} ms after all faults: ${standOf(world)}`);
  const { answers } = history;
  const isAnswered = await world.runUntil(clock.nowMs() + RECOVERY_MS, () => history.answers >= answers + 10);
  mustHold(isAnswered, "progress", () => `clients are not answered after all faults: ${standOf(world)}`);
  for (const client of clients) client.stop();
  const isCalm = await world.runUntil(clock.nowMs() + EXPIRY_MS, () => doesServe() && isAtRest(world));
  mustHold(isCalm, "ephemerals", () => `sessions are left ${EXPIRY_MS} ms after their clients: ${standOf(world)}`);
  check(world);
}

/** No session is left, and all servers have the same transactions. */
function isAtRest({ servers }: StackWorld): boolean {
  const replicas = servers.map(({ replica }) => replica!);
  return (
    new Set(replicas.map(({ core }) => core.tree.lastProcessedZxid)).size === 1 &&
    replicas.every(({ core, view }) => view.role !== "leading" || core.sessions.size === 0)
  );
}

function check({ servers, history }: StackWorld): void {
  const replicas = servers.map(({ replica }) => replica!);
  const digests = new Set(replicas.map(({ core }) => core.tree.znodes.digest.toBigInt()));
  mustHold(digests.size === 1, "agreement", () => `the trees differ: ${differences(replicas).join("; ")}`);
  for (const replica of replicas) {
    const alarms = replica.metrics.digestMismatchesCount.value;
    mustHold(alarms === 0, "agreement", () => `${alarms} transactions foretold another digest`);
    const lost = history.created.filter((path) => !has(replica, path));
    mustHold(lost.length === 0, "committedStays", () => `acknowledged and not there: ${lost.join(" ")}`);
    const left = history.ephemeral.filter((path) => has(replica, path));
    mustHold(left.length === 0, "ephemerals", () => `there without their sessions: ${left.join(" ")}`);
  }
  const steps = LINEARIZABILITY_STEPS_MAX;
  const order = checkLinearizableByKey(registerModel, history.changes, ({ key }) => key, steps);
  mustHold(order.verdict !== "violated", "realTimeOrder", () => `the changes of "${order.key}" have no order`);
}

/** What not all servers have in the same way, a few at most. */
function differences(replicas: readonly Replica[]): string[] {
  const forms = replicas.map(({ core }) => {
    const pieces = snapshotPieces(core.tree, { digestEnabled: false, lastProcessedZxid: false });
    return new Map(
      Array.from(pieces.nodes(), (node) => [
        node.path,
        inspect({ ...node.stat, data: String(node.data) }, { breakLength: Infinity }),
      ]),
    );
  });
  const paths = new Set(forms.flatMap((form) => [...form.keys()]));
  return [...paths]
    .filter((path) => new Set(forms.map((form) => form.get(path))).size > 1)
    .slice(0, 5)
    .map((path) => `"${path}": ${forms.map((form) => form.get(path) ?? "none").join(" / ")}`);
}

function has({ core }: Replica, path: string): boolean {
  return core.tree.znodes.find(path) !== NO_NODE;
}

function standOf({ servers }: StackWorld): string {
  return servers
    .map(({ name, replica }) => {
      if (replica === null) return `${name} is down`;
      const { core, view } = replica;
      return `${name} ${view.role} ${core.isServing ? "serves" : "does not serve"} at ${core.tree.lastProcessedZxid.toString(16)} with ${core.sessions.size} sessions`;
    })
    .join(", ");
}

function add(counts: Record<string, number>, { history, clock, counts: own }: StackWorld): void {
  const all = {
    ...own,
    answers: history.answers,
    lost: history.lost,
    created: history.created.length,
    changes: history.changes.length,
    virtualSeconds: Math.round(clock.nowMs() / 1000),
  };
  for (const [name, count] of Object.entries(all)) counts[name] = (counts[name] ?? 0) + count;
}
