import type { ServerId } from "@branta/zookeeper-engine";
import type { Swarm } from "@branta/foundation-simulator";

/** Votes by groups, and some worth more than others: what `group.N` and `weight.N` lines say. */
export interface Hierarchy {
  /** Group 1, 2, …: who is in each. */
  readonly groups: readonly (readonly ServerId[])[];
  /** Of server 1, 2, …; 0 is possible. */
  readonly weights: readonly number[];
}

const GROUPS_MAX = 3;
/** What a weight is drawn from. */
const WEIGHTS = [0, 1, 1, 1, 2, 3];

/** Groups and weights for so many servers; those that do not vote yet have theirs, too. */
export function planHierarchy(swarm: Swarm, servers: number): Hierarchy {
  const count = swarm.whole("groups", 1, GROUPS_MAX);
  const groups: ServerId[][] = Array.from({ length: count }, () => []);
  const weights: number[] = [];
  for (let id = 1; id <= servers; id++) {
    groups[swarm.whole(`group of ${id}`, 0, count - 1)]!.push(id);
    weights.push(WEIGHTS[swarm.whole(`weight of ${id}`, 0, WEIGHTS.length - 1)]!);
  }
  // Somebody must be able to decide.
  weights[0] = Math.max(weights[0]!, 1);
  return { groups: groups.filter((members) => members.length > 0), weights };
}
