import { SeededRandom } from "@branta/foundation-runtime";
import { Swarm } from "@branta/foundation-simulator";

/** What the world of a seed is like, and what befalls it. Rates are a second's; 0 is off. */
export interface StackPlan {
  readonly voters: number;
  readonly observers: number;
  readonly clients: number;
  /** Lines of zoo.cfg that all servers have. */
  readonly lines: readonly string[];
  readonly sessionTimeoutMs: number;
  /** How long faults go on, milliseconds. */
  readonly faultsMs: number;
  readonly networkDelayMs: { readonly least: number; readonly most: number };
  readonly diskDelayMs: { readonly least: number; readonly most: number };
  /** Longest pause of a client between two requests. */
  readonly thinkMsMost: number;
  readonly killsPerSecond: number;
  readonly powerCutsPerSecond: number;
  /** The power of all at once. */
  readonly outagesPerSecond: number;
  /** The power fails in the middle of a disk operation that is not far. */
  readonly tornWritesPerSecond: number;
  readonly diskErrorsPerSecond: number;
  readonly partitionsPerSecond: number;
  readonly isAsymmetric: boolean;
  readonly resetsPerSecond: number;
  readonly downMsMost: number;
  readonly partitionMsMost: number;
}

/** Chooses the world of a seed. */
export function planStack(seed: number): StackPlan {
  const swarm = new Swarm(new SeededRandom(`stack plan ${seed}`));
  const tickMs = swarm.whole("tick", 2, 4) * 50;
  const leastNetwork = swarm.magnitude("network", 0.05, 3);
  const leastDisk = swarm.magnitude("disk", 0.02, 2);
  const window = swarm.chance("tiny window", 40) ? swarm.whole("window", 1, 5) : 500;
  const observers = swarm.chance("observer", 20) ? 1 : 0;
  return {
    voters: swarm.chance("five", 20) ? 5 : 3,
    observers,
    clients: swarm.whole("clients", 2, 5),
    lines: [
      `tickTime=${tickMs}`,
      `initLimit=${swarm.whole("initLimit", 5, 10)}`,
      `syncLimit=${swarm.whole("syncLimit", 3, 5)}`,
      `commitLogCount=${window}`,
      `snapshotSizeFactor=${swarm.chance("log sync", 50) ? "0.33" : "-1"}`,
      `snapCount=${swarm.whole("snapCount", 1, 10) * 10}`,
      "fastleader.minNotificationInterval=50",
      "fastleader.maxNotificationInterval=1000",
      ...(observers > 0 && swarm.chance("observer masters", 60) ? ["observerMasterPort=2191"] : []),
    ],
    sessionTimeoutMs: tickMs * swarm.whole("session", 4, 20),
    faultsMs: 10_000,
    networkDelayMs: { least: leastNetwork, most: leastNetwork * swarm.magnitude("jitter", 1, 10) },
    diskDelayMs: { least: leastDisk, most: leastDisk * swarm.magnitude("disk jitter", 1, 20) },
    thinkMsMost: swarm.magnitude("think", 10, 300),
    killsPerSecond: swarm.rate("kills", 50, 0.1, 2),
    powerCutsPerSecond: swarm.rate("power", 50, 0.1, 1.5),
    outagesPerSecond: swarm.rate("outages", 30, 0.05, 0.5),
    tornWritesPerSecond: swarm.rate("torn", 50, 0.1, 2),
    diskErrorsPerSecond: swarm.rate("disk errors", 30, 0.05, 0.5),
    partitionsPerSecond: swarm.rate("partitions", 50, 0.1, 1),
    isAsymmetric: swarm.chance("asymmetric", 40),
    resetsPerSecond: swarm.rate("resets", 40, 0.1, 3),
    downMsMost: swarm.magnitude("down", 10, 3000),
    partitionMsMost: swarm.magnitude("partition", 50, 3000),
  };
}
