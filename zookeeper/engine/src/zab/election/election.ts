import { NO_PROPOSAL, type Notification, type PeerState } from "@branta/zookeeper-protocol";

import { assert } from "../assert.ts";
import type { ServerId } from "../effects.ts";
import { ConfigurationsInForce } from "../quorum/configurations-in-force.ts";
import type { Oracle } from "../quorum/oracle.ts";
import type { EnsembleConfiguration } from "../quorum/quorum-verifier.ts";
import { isBetter, MUST_NOT_VOTE, type OwnHistory, ownProposal, type Proposal } from "./proposal.ts";
import type { Vote } from "./vote.ts";
import {
  castVote,
  type CastVote,
  isSameInRound,
  isSameLeadership,
  type VoteComparison,
  VoteTally,
} from "./vote-tally.ts";

/** How an election is set up; times are milliseconds. */
export interface ElectionOptions {
  readonly serverId: ServerId;
  /** First and longest wait in silence before votes are sent again; each wait is twice the one before. */
  readonly minNotificationMs: number;
  readonly maxNotificationMs: number;
  /** How long a decided election waits for something better. */
  readonly finalizeWaitMs: number;
}

/** What an election wishes for; a vote must not leave before the history in it is durable. */
export interface ElectionPorts {
  notify(to: ServerId, notification: Notification): void;
  /** Makes sure that there are connections to these servers. */
  reconnect(servers: readonly ServerId[]): void;
}

/** What a server knows while it looks for a leader. */
interface Looking {
  readonly inForce: ConfigurationsInForce;
  readonly own: Proposal;
  proposal: Proposal;
  /** Votes of this round. */
  readonly received: VoteTally;
  /** Votes of servers that have decided, in whatever round. */
  readonly outOfElection: VoteTally;
  /** Servers that could not be connected to since this server has voted last. */
  readonly unreachable: Set<ServerId>;
  waitMs: number;
  silentAtMs: number;
  /** When the proposal wins unless a better one comes; Infinity while no quorum supports it. */
  wonAtMs: number;
}

/**
 * Fast leader election: servers tell each other the best vote that they know until a quorum of each configuration in force
 * agrees, or says that a leader is there already. The same for voters, observers and servers that are about to join. What
 * an election decides need not be true (votes may be old): discovery finds out.
 *
 * Times are the caller's monotonic milliseconds. After each call see {@link elected} and {@link nextDeadlineMs}.
 */
export class Election {
  readonly #options: ElectionOptions;
  readonly #ports: ElectionPorts;
  readonly #oracle: Oracle | null;
  /** Elections this server knows of ("logical clock"); not kept over restarts. */
  #round = 0;
  /** The committed configuration as it travels in votes. */
  #configurationText: string | null = null;
  #looking: Looking | null = null;
  #elected: Vote | null = null;

  constructor(options: ElectionOptions, ports: ElectionPorts, oracle: Oracle | null = null) {
    this.#oracle = oracle;
    this.#options = options;
    this.#ports = ports;
  }

  /** The vote that won, with what {@link updateVote} has learned since; null before the first election and in one. */
  get elected(): Vote | null {
    return this.#elected;
  }

  /** When {@link time} is to be called, Infinity if not at all. */
  get nextDeadlineMs(): number {
    const looking = this.#looking;
    if (looking === null) return Infinity;
    return looking.wonAtMs === Infinity ? looking.silentAtMs : looking.wonAtMs;
  }

  /**
   * Begins a new round; a round that is under way is given up. `next` is the last seen configuration, for as long as it is
   * newer than the committed one.
   */
  start(
    nowMs: number,
    own: OwnHistory,
    configuration: EnsembleConfiguration,
    next: EnsembleConfiguration | null = null,
  ): void {
    const { serverId, minNotificationMs } = this.#options;
    const proposal = ownProposal(serverId, own, configuration);
    this.#configurationText = configuration.text;
    this.#elected = null;
    this.#round++;
    this.#looking = {
      inForce: new ConfigurationsInForce(configuration, next, this.#oracle),
      own: proposal,
      proposal,
      received: new VoteTally(),
      outOfElection: new VoteTally(),
      unreachable: new Set(),
      waitMs: minNotificationMs,
      silentAtMs: nowMs + minNotificationMs,
      wonAtMs: Infinity,
    };
    this.#propose(this.#looking, proposal);
    this.#count(nowMs, this.#looking);
  }

  /** Takes a notification while looking; after {@link elected} is set, {@link answer} is for them. */
  received(nowMs: number, from: ServerId, notification: Notification): void {
    const looking = this.#looking;
    assert(looking !== null, "notifications are taken while looking only");
    if (from === this.#options.serverId) return;
    const { voters } = looking.inForce;
    const isLooking = notification.state === "looking";
    if (!voters.has(from)) {
      if (isLooking) this.#notify(from, "looking", looking.proposal, this.#round);
      return;
    }
    // Who votes for a worse one in this round has not heard of ours: that must not put off saying it again.
    if (!isLooking || !this.#isBehind(looking, notification)) looking.silentAtMs = nowMs + looking.waitMs;
    looking.unreachable.delete(from);
    if (isLooking && notification.electionEpoch < this.#round) {
      // Nobody waits for the round of a server without a vote; and one that has a vote answers it, for ever.
      if (looking.own.leader !== NO_PROPOSAL) this.#notify(from, "looking", looking.proposal, this.#round);
    } else if (voters.has(notification.leader)) {
      if (isLooking) this.#heardCandidate(nowMs, looking, from, notification);
      else if (notification.state !== "observing") this.#heardDecided(nowMs, looking, from, notification);
    }
  }

  /** Has to be called at {@link nextDeadlineMs}; earlier calls do nothing. */
  time(nowMs: number): void {
    const looking = this.#looking;
    if (looking === null || nowMs < this.nextDeadlineMs) return;
    if (looking.wonAtMs === Infinity) this.#breakSilence(nowMs, looking);
    else this.#decide(this.#ownVote(looking));
  }

  /**
   * Takes word that no connection to a server could be made: a quorum does not wait for its vote. It may lead a life of its
   * own all the same; then discovery finds out.
   */
  unreachable(nowMs: number, server: ServerId): void {
    const looking = this.#looking;
    if (looking === null) return;
    looking.unreachable.add(server);
    if (looking.wonAtMs !== Infinity) this.#count(nowMs, looking);
  }

  /** The oracle has spoken: it may be enough to win, or not any more. */
  oracleHeard(nowMs: number): void {
    if (this.#looking !== null) this.#count(nowMs, this.#looking);
  }

  /** Tells a server that looks for a leader what was decided here; `state` is what this server has become by it. */
  answer(from: ServerId, notification: Notification, state: Exclude<PeerState, "looking">): void {
    const elected = this.#elected;
    assert(elected !== null, "a server that answers must have decided");
    if (notification.state === "looking") this.#notify(from, state, elected, elected.electionEpoch);
  }

  /**
   * Puts the established epoch into the vote. Servers that decided before and after it would otherwise tell different votes,
   * and who comes later may never see a quorum for one (ZOOKEEPER-1732).
   */
  updateVote(peerEpoch: number): void {
    assert(this.#elected !== null, "only a decided vote can be updated");
    this.#elected = { ...this.#elected, peerEpoch };
  }

  /** A reconfiguration has named the leader: nobody is asked. */
  appoint(leader: ServerId, zxid: number, configuration: EnsembleConfiguration): void {
    assert(this.#elected !== null, "a reconfiguration needs a leader that carries it out");
    this.#configurationText = configuration.text;
    this.#decide({ ...this.#elected, leader, zxid });
  }

  /** The configuration that travels in answers is this one from now on. */
  reconfigured({ text }: EnsembleConfiguration): void {
    this.#configurationText = text;
  }

  #isBehind({ proposal, inForce }: Looking, notification: Notification): boolean {
    return notification.electionEpoch === this.#round && isBetter(proposal, notification, inForce);
  }

  #heardCandidate(nowMs: number, looking: Looking, from: ServerId, notification: Notification): void {
    if (looking.own.zxid === MUST_NOT_VOTE || notification.zxid === MUST_NOT_VOTE) return;
    const { inForce } = looking;
    if (notification.electionEpoch > this.#round) {
      this.#round = notification.electionEpoch;
      looking.received.clear();
      this.#propose(looking, isBetter(notification, looking.own, inForce) ? notification : looking.own);
    } else if (isBetter(notification, looking.proposal, inForce)) {
      this.#propose(looking, notification);
    }
    looking.received.put(from, castVote(notification));
    this.#count(nowMs, looking);
  }

  #heardDecided(nowMs: number, looking: Looking, from: ServerId, notification: Notification): void {
    const vote = castVote(notification);
    const { received, outOfElection } = looking;
    outOfElection.put(from, vote);
    const isThisRound = vote.electionEpoch === this.#round;
    if (isThisRound) received.put(from, vote);
    if (
      (isThisRound && this.#isEstablished(looking, vote, received, isSameInRound)) ||
      this.#isEstablished(looking, vote, outOfElection, isSameLeadership)
    ) {
      this.#decide(vote);
    } else if (looking.wonAtMs !== Infinity) {
      // It may have been a vote of the quorum that has changed, from one sent long ago and sent again on connecting.
      this.#count(nowMs, looking);
    }
  }

  /** Whether a quorum tells of this leadership, the leader among them: else a crashed one would be elected for ever. */
  #isEstablished(looking: Looking, vote: CastVote, votes: VoteTally, isSame: VoteComparison): boolean {
    const { inForce } = looking;
    // A leader may have nothing but its oracle's consent until this server follows it.
    if (!inForce.hasOracle && !inForce.isQuorumOfOne(votes.supportersOf(vote, isSame))) return false;
    if (vote.leader !== this.#options.serverId) return votes.saysLeading(vote.leader);
    return vote.electionEpoch === this.#round && looking.own.zxid !== MUST_NOT_VOTE;
  }

  /** Whether this server's proposal has won, or when it will have. */
  #count(nowMs: number, looking: Looking): void {
    const { inForce } = looking;
    const vote = this.#ownVote(looking);
    const supporters = looking.received.supportersOf(vote, isSameInRound);
    if (!inForce.isQuorum(supporters)) {
      looking.wonAtMs = Infinity;
    } else if ([...inForce.voters].every((server) => supporters.has(server) || this.#willNotVote(looking, server))) {
      // Each of them began with itself and stays with this one: there is nothing better to wait for.
      this.#decide(vote);
    } else if (looking.wonAtMs === Infinity) {
      looking.wonAtMs = nowMs + this.#options.finalizeWaitMs;
    }
  }

  #willNotVote({ inForce, unreachable }: Looking, server: ServerId): boolean {
    return unreachable.has(server) || inForce.weightOf(server) === 0;
  }

  #decide({ leader, zxid, electionEpoch, peerEpoch }: Vote): void {
    this.#round = electionEpoch;
    this.#elected = { leader, zxid, electionEpoch, peerEpoch };
    this.#looking = null;
  }

  /** Makes a proposal this server's vote, and tells everyone. */
  #propose(looking: Looking, { leader, zxid, peerEpoch }: Proposal): void {
    looking.proposal = { leader, zxid, peerEpoch };
    looking.wonAtMs = Infinity;
    if (looking.own.zxid !== MUST_NOT_VOTE) looking.received.put(this.#options.serverId, this.#ownVote(looking));
    this.#broadcast(looking);
  }

  #ownVote({ proposal }: Looking): CastVote {
    return { ...proposal, electionEpoch: this.#round, state: "looking", isOfOldServer: false };
  }

  /** Asks again: a vote may have been lost with its connection. */
  #breakSilence(nowMs: number, looking: Looking): void {
    const silent = this.#others(looking).filter((id) => !looking.received.has(id) && !looking.outOfElection.has(id));
    if (silent.length > 0) this.#ports.reconnect(silent);
    this.#broadcast(looking);
    looking.waitMs = Math.min(2 * looking.waitMs, this.#options.maxNotificationMs);
    looking.silentAtMs = nowMs + looking.waitMs;
  }

  #broadcast(looking: Looking): void {
    // Who is not there is tried again with each vote.
    looking.unreachable.clear();
    for (const server of this.#others(looking)) this.#notify(server, "looking", looking.proposal, this.#round);
  }

  #others({ inForce }: Looking): readonly ServerId[] {
    return [...inForce.voters].filter((server) => server !== this.#options.serverId);
  }

  #notify(to: ServerId, state: PeerState, { leader, zxid, peerEpoch }: Proposal, electionEpoch: number): void {
    const configuration = this.#configurationText;
    this.#ports.notify(to, { state, leader, zxid, electionEpoch, peerEpoch, configuration });
  }
}
