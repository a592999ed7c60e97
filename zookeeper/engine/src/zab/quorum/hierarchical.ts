import type { ServerId } from "../effects.ts";
import { ConfigurationError } from "./configuration-error.ts";
import type { QuorumVerifier } from "./quorum-verifier.ts";

/** A group's number in `group.N=…` lines. */
export type GroupId = number;

/**
 * Majorities of groups, each with a majority of its weight (`group.N` and `weight.N` lines). A group whose weights are all 0
 * does not count, neither for nor against.
 */
export class HierarchicalQuorum implements QuorumVerifier {
  readonly voters: ReadonlySet<ServerId>;
  readonly majority = null;
  readonly #weights: ReadonlyMap<ServerId, number>;
  readonly #groupOf: ReadonlyMap<ServerId, GroupId>;
  readonly #groupWeights: ReadonlyMap<GroupId, number>;

  /**
   * `groups`: who is in each; members without a vote are passed over. `weights`: whole numbers from 0, 1 where none is given.
   *
   * @throws ConfigurationError "noGroup", "manyGroups" or "weight", naming the server.
   */
  constructor(
    voters: Iterable<ServerId>,
    groups: ReadonlyMap<GroupId, readonly ServerId[]>,
    weights: ReadonlyMap<ServerId, number> = new Map(),
  ) {
    this.voters = new Set(voters);
    this.#groupOf = groupsOfServers(groups);
    this.#weights = new Map(
      [...this.voters].map((server) => [server, checkedWeight(server, weights.get(server) ?? 1)]),
    );
    this.#groupWeights = this.#weightByGroup(this.voters);
  }

  isQuorum(servers: ReadonlySet<ServerId>): boolean {
    const present = this.#weightByGroup(servers);
    let groups = 0;
    let won = 0;
    for (const [group, weight] of this.#groupWeights) {
      if (weight === 0) continue;
      groups++;
      if (2 * (present.get(group) ?? 0) > weight) won++;
    }
    return 2 * won > groups;
  }

  weightOf(server: ServerId): number {
    return this.#weights.get(server) ?? 0;
  }

  #weightByGroup(servers: ReadonlySet<ServerId>): ReadonlyMap<GroupId, number> {
    const sums = new Map<GroupId, number>();
    for (const server of servers) {
      if (!this.voters.has(server)) continue;
      const group = this.#groupOf.get(server);
      if (group === undefined) {
        throw new ConfigurationError("noGroup", `Cannot count votes: server "${server}" must be in a group`);
      }
      sums.set(group, (sums.get(group) ?? 0) + this.weightOf(server));
    }
    return sums;
  }
}

function groupsOfServers(groups: ReadonlyMap<GroupId, readonly ServerId[]>): ReadonlyMap<ServerId, GroupId> {
  const groupOf = new Map<ServerId, GroupId>();
  for (const [group, servers] of groups) {
    for (const server of servers) {
      if (groupOf.has(server)) {
        throw new ConfigurationError("manyGroups", `Cannot count votes: server "${server}" must be in one group only`);
      }
      groupOf.set(server, group);
    }
  }
  return groupOf;
}

function checkedWeight(server: ServerId, weight: number): number {
  if (Number.isSafeInteger(weight) && weight >= 0) return weight;
  const problem = `the weight "${weight}" of server "${server}" must be a whole number from 0`;
  throw new ConfigurationError("weight", `Cannot count votes: ${problem}`);
}
