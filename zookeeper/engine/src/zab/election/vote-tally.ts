import type { Notification, PeerState } from "@branta/zookeeper-protocol";

import type { ServerId } from "../effects.ts";
import type { Vote } from "./vote.ts";

/** A vote as its server cast it. */
export interface CastVote extends Vote {
  readonly state: PeerState;
  /** From a server before 3.5: its epoch may lag behind (ZOOKEEPER-1732). */
  readonly isOfOldServer: boolean;
}

/** Whether two votes are for the same leadership. */
export type VoteComparison = (one: CastVote, other: CastVote) => boolean;

/** The last vote of each server. */
export class VoteTally {
  readonly #votes = new Map<ServerId, CastVote>();

  put(server: ServerId, vote: CastVote): void {
    this.#votes.set(server, vote);
  }

  clear(): void {
    this.#votes.clear();
  }

  has(server: ServerId): boolean {
    return this.#votes.has(server);
  }

  /** Whether the server has said that it leads. */
  saysLeading(server: ServerId): boolean {
    return this.#votes.get(server)?.state === "leading";
  }

  supportersOf(vote: CastVote, isSame: VoteComparison): ReadonlySet<ServerId> {
    const supporters = new Set<ServerId>();
    for (const [server, cast] of this.#votes) if (isSame(vote, cast)) supporters.add(server);
    return supporters;
  }
}

export function castVote({ leader, zxid, electionEpoch, peerEpoch, state, configuration }: Notification): CastVote {
  return { leader, zxid, electionEpoch, peerEpoch, state, isOfOldServer: configuration === null };
}

/**
 * Of votes of one round those of servers in election are the same only if all of them is. Where both have decided the leader
 * tells all: its epoch goes up while they synchronise, for some earlier than for others.
 */
export function isSameInRound(one: CastVote, other: CastVote): boolean {
  if (one.leader !== other.leader) return false;
  return (isDecided(one) && isDecided(other)) || (one.zxid === other.zxid && one.peerEpoch === other.peerEpoch);
}

/**
 * Of servers that have decided, in whatever round, leader and epoch tell: zxid and round are what each of them had seen
 * when it decided (ZOOKEEPER-1805). A server before 3.5 may keep the epoch from before its election.
 */
export function isSameLeadership(one: CastVote, other: CastVote): boolean {
  if (one.leader !== other.leader) return false;
  return one.isOfOldServer !== other.isOfOldServer || one.peerEpoch === other.peerEpoch;
}

function isDecided(vote: CastVote): boolean {
  return vote.state !== "looking";
}
