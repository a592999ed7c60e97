import type { ZabOptions } from "@branta/zookeeper-engine";
import { SeededRandom } from "@branta/foundation-runtime";
import { Swarm } from "@branta/foundation-simulator";
import { readConfiguration } from "./configurations.ts";
import { type Hierarchy, planHierarchy } from "./hierarchy.ts";

/** What a seed's world is like, and what befalls it. Rates are a server's or a pair's, a second; 0 is off. */
export interface FaultPlan {
  readonly voters: number;
  readonly observers: number;
  /** Null where the majority decides. */
  readonly hierarchy: Hierarchy | null;
  /** Whether observers follow any voter that follows or leads, not only the leader. */
  readonly hasObserverMasters: boolean;
  readonly zab: Omit<ZabOptions, "serverId" | "configuration">;
  readonly mayOvertake: boolean;
  /** How long faults go on, milliseconds. */
  readonly faultsMs: number;
  readonly delayMs: { readonly least: number; readonly most: number };
  readonly syncMs: { readonly least: number; readonly most: number };
  /** Some disks are this much slower. */
  readonly slowDiskFactor: number;
  readonly writesPerSecond: number;
  readonly syncsPerSecond: number;
  readonly crashesPerSecond: number;
  /** A power failure: all at once. */
  readonly outagesPerSecond: number;
  /** Chance that a server that has just been sent something crashes, in a million. */
  readonly stormPerMillion: number;
  /** Chance that a leader crashes just after it was asked to write, in percent: before anyone else knows of it, or many do. */
  readonly crashAfterWritePercent: number;
  readonly downMsMost: number;
  readonly partitionsPerSecond: number;
  readonly partitionMsMost: number;
  /** Whether only one direction may be cut. */
  readonly isAsymmetric: boolean;
  readonly pausesPerSecond: number;
  readonly pauseMsMost: number;
  /** A paused server's clock stands still too, as in a virtual machine that is moved. */
  readonly stopsClock: boolean;
  readonly resetsPerSecond: number;
  readonly resignsPerSecond: number;
  /** Times in which everybody votes for somebody, however little it has. */
  readonly pretendersPerSecond: number;
  /** Changes of who votes. */
  readonly reconfigsPerSecond: number;
  /** Chance that a crash is of the whole host, in percent: nobody is told. */
  readonly silentPercent: number;
}

/** Two groups of three and one more: enough for every way to win or lose a group. */
const HIERARCHICAL_VOTERS_MAX = 7;

function planVoters(swarm: Swarm): number {
  return swarm.chance("five", 25) ? 5 : swarm.chance("four", 15) ? 4 : 3;
}

/** Chooses the world of a seed. */
export function planFaults(seed: number): FaultPlan {
  const swarm = new Swarm(new SeededRandom(`plan ${seed}`));
  const isDynamic = swarm.chance("dynamic", 30);
  const tickMs = swarm.whole("tick", 1, 4) * 50;
  const isHierarchical = swarm.chance("hierarchical", 8);
  const voters = isHierarchical ? swarm.whole("hierarchical voters", 3, HIERARCHICAL_VOTERS_MAX) : planVoters(swarm);
  const observers = swarm.chance("observers", 30) ? swarm.whole("observers", 1, 2) : 0;
  const leastDelay = swarm.magnitude("delay", 0.1, 10);
  const leastSync = swarm.magnitude("sync", 0.1, 20);
  return {
    voters,
    observers,
    hierarchy: isHierarchical ? planHierarchy(swarm, voters + observers) : null,
    hasObserverMasters: observers > 0 && swarm.chance("observer masters", 50),
    zab: {
      tickMs,
      initLimitTicks: swarm.whole("initLimit", 5, 10),
      syncLimitTicks: swarm.whole("syncLimit", 3, 5),
      minNotificationMs: 50,
      maxNotificationMs: 1000,
      finalizeWaitMs: swarm.whole("finalize", 1, 4) * 10,
      ...(isDynamic ? { readConfiguration } : {}),
      windowEntries: swarm.chance("tiny window", 40) ? swarm.whole("window", 1, 5) : 100,
    },
    mayOvertake: swarm.chance("overtake", 50),
    faultsMs: 20_000,
    delayMs: { least: leastDelay, most: leastDelay * swarm.magnitude("jitter", 1, 20) },
    syncMs: { least: leastSync, most: leastSync * swarm.magnitude("sync jitter", 1, 20) },
    slowDiskFactor: swarm.chance("slow disks", 30) ? swarm.magnitude("slow", 2, 50) : 1,
    writesPerSecond: swarm.magnitude("writes", 0.5, 20),
    syncsPerSecond: swarm.rate("syncs", 50, 0.2, 5),
    crashesPerSecond: swarm.rate("crashes", 50, 0.02, 0.5),
    outagesPerSecond: swarm.rate("outages", 30, 0.05, 0.5),
    stormPerMillion: swarm.rate("storm", 50, 300, 10_000),
    crashAfterWritePercent: swarm.rate("crash after write", 40, 1, 40),
    downMsMost: swarm.magnitude("down", 50, 5000),
    partitionsPerSecond: swarm.rate("partitions", 50, 0.05, 1),
    partitionMsMost: swarm.magnitude("partition", 100, 5000),
    isAsymmetric: swarm.chance("asymmetric", 50),
    pausesPerSecond: swarm.rate("pauses", 35, 0.02, 0.5),
    pauseMsMost: swarm.magnitude("pause", 20, 5000),
    stopsClock: swarm.chance("clock", 30),
    resetsPerSecond: swarm.rate("resets", 40, 0.05, 2),
    resignsPerSecond: swarm.rate("resigns", 20, 0.02, 0.5),
    pretendersPerSecond: swarm.rate("pretenders", 25, 0.1, 1),
    reconfigsPerSecond: isDynamic ? swarm.magnitude("reconfigs", 0.1, 2) : 0,
    silentPercent: swarm.chance("silent", 40) ? 50 : 0,
  };
}
