import type { Mutant } from "./mutant.ts";

/** Bugs in changing the members while the ensemble runs. */
export const reconfigurationMutants: readonly Mutant[] = [
  {
    id: "old-quorum-is-enough",
    file: "quorum/configurations-in-force.ts",
    find: "return this.committed.quorum.isQuorum(servers) && (this.next === null || this.next.quorum.isQuorum(servers));",
    replace: "return this.committed.quorum.isQuorum(servers);",
    why: "the old voters decide alone while the new ones may be in force elsewhere",
  },
  {
    id: "new-quorum-is-enough",
    file: "quorum/configurations-in-force.ts",
    find: "return this.committed.quorum.isQuorum(servers) && (this.next === null || this.next.quorum.isQuorum(servers));",
    replace: "return (this.next ?? this.committed).quorum.isQuorum(servers);",
    why: "the new voters decide alone while the old ones do not know of them",
  },
  {
    id: "change-in-force-at-once",
    file: "membership.ts",
    find: "this.#inForce = new ConfigurationsInForce(this.#inForce.committed, configuration);",
    replace: "this.#inForce = new ConfigurationsInForce(configuration, null);",
    why: "a change counts from its proposal on, for who has heard of it",
  },
  {
    id: "proposed-change-forgotten",
    file: "membership.ts",
    find: "durable.nextConfiguration ?? null",
    replace: "null",
    why: "after a restart a server does not know that two quorums are needed",
  },
  {
    id: "old-leader-goes-on",
    file: "leader/broadcast.ts",
    find: "    if (leader !== options.serverId) this.#successor = leader;\n",
    replace: "",
    why: "a leader without a vote goes on committing next to its successor",
  },
  {
    id: "commits-beyond-a-change",
    file: "leader/broadcast.ts",
    find: "      if (designated !== null) return;\n",
    replace: "",
    why: "what comes behind a change is committed by the quorum from before it",
  },
  {
    id: "outstanding-change-in-force",
    file: "leader/leader.ts",
    find: "{ established: history.committed, configuration: inForce.committed }",
    replace: "{ established: history.committed, configuration: membership.lastSeen }",
    why: "as in Apache: who joins while a change is outstanding takes it for committed",
  },
  {
    id: "both-quorums-to-be-believed",
    file: "election/election.ts",
    find: "looking.inForce.isQuorumOfOne(",
    replace: "looking.inForce.isQuorum(",
    why: "who is needed for a change cannot come back before the change is committed",
  },
  {
    id: "cut-off-change-remembered",
    file: "membership.ts",
    find: "if (next === null || next.version <= zxid) return;",
    replace: "if (next === null || zxid >= 0) return;",
    why: "as in Apache: a change that was cut off is still waited for, and a later leader puts it into force",
  },
  {
    id: "former-voters-counted",
    file: "leader/leader.ts",
    find: ".filter((server) => !inForce.committed.observers.has(server));",
    replace: ";",
    why: "a change relies on servers that are about to become observers, and is never committed",
  },
  {
    id: "future-voters-not-counted",
    file: "leader/learner-set.ts",
    find: "if (isSynced && (isFollower || voters.has(serverId))) synced.push(serverId);",
    replace: "if (isSynced && isFollower) synced.push(serverId);",
    why: "a change that was left half done cannot be completed without the servers that are gone",
  },
];
