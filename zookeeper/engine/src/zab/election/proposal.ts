import { NO_PROPOSAL } from "@branta/zookeeper-protocol";

import type { ServerId } from "../effects.ts";
import type { EnsembleConfiguration, QuorumVerifier } from "../quorum/quorum-verifier.ts";
import type { Vote } from "./vote.ts";

/** Whom a server would have lead, in whatever round. */
export type Proposal = Omit<Vote, "electionEpoch">;

/** The zxid of a database that is empty though it should not be: its server must not vote, nor be voted for. */
export const MUST_NOT_VOTE = -1;

/** How far a server's own history goes. */
export interface OwnHistory {
  /** Last logged zxid, or {@link MUST_NOT_VOTE}. */
  readonly zxid: number;
  readonly currentEpoch: number;
}

/**
 * A server's first proposal: itself. An observer proposes nobody; a server that is not (yet) a voter has a history, but
 * nobody to propose.
 */
export function ownProposal(server: ServerId, own: OwnHistory, configuration: EnsembleConfiguration): Proposal {
  if (configuration.observers.has(server)) return { leader: NO_PROPOSAL, zxid: NO_PROPOSAL, peerEpoch: NO_PROPOSAL };
  const leader = configuration.quorum.voters.has(server) ? server : NO_PROPOSAL;
  return { leader, zxid: own.zxid, peerEpoch: own.currentEpoch };
}

/** Whether the candidate should lead rather than the other: by epoch, then zxid, then id; never without weight. */
export function isBetter(candidate: Proposal, than: Proposal, quorum: QuorumVerifier): boolean {
  if (quorum.weightOf(candidate.leader) === 0) return false;
  if (candidate.peerEpoch !== than.peerEpoch) return candidate.peerEpoch > than.peerEpoch;
  if (candidate.zxid !== than.zxid) return candidate.zxid > than.zxid;
  return candidate.leader > than.leader;
}
