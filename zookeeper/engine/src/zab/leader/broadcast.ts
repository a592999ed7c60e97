import { makeZxid, ZXID_COUNTER_MAX } from "@branta/zookeeper-protocol";

import { assert, assertPosition } from "../assert.ts";
import type { LinkId, LogEntry, PlainPacket, ServerId } from "../effects.ts";
import type { EnsembleConfiguration } from "../quorum/quorum-verifier.ts";
import type { RoleContext } from "../role.ts";
import { quorumPosition } from "./acknowledgements.ts";
import { Barriers } from "./barriers.ts";
import { designatedLeader } from "./designated-leader.ts";
import { LeadershipProof } from "./leadership-proof.ts";
import type { LearnerHandle } from "./learner-handle.ts";
import type { LearnerSet } from "./learner-set.ts";

/** The last phase of a leader: it proposes, commits what a quorum has on disk, and changes the ensemble's members. */
export class Broadcast {
  readonly #context: RoleContext;
  readonly #learners: LearnerSet;
  readonly #epochStart: number;
  readonly #epochEnd: number;
  readonly #proof: LeadershipProof;
  readonly #barriers: Barriers;
  #lastProposed: number;
  #successor: ServerId | null = null;

  /** The epoch is established: all of the history is committed with it. */
  constructor(context: RoleContext, learners: LearnerSet, epoch: number) {
    this.#context = context;
    this.#learners = learners;
    this.#epochStart = makeZxid(epoch, 0);
    this.#epochEnd = makeZxid(epoch, ZXID_COUNTER_MAX);
    this.#lastProposed = this.#epochStart;
    this.#proof = new LeadershipProof(context.effects, learners);
    this.#barriers = new Barriers(context.effects, this.#proof);
    context.history.commit(context.history.last);
    this.#activate(context.membership.lastSeen);
  }

  /** The beginning of the epoch before the first proposal. */
  get lastProposed(): number {
    return this.#lastProposed;
  }

  /** Who leads a configuration that this server does not lead: then nothing more is committed here. */
  get successor(): ServerId | null {
    return this.#successor;
  }

  /** @param entry the next transaction of this epoch */
  propose(entry: LogEntry, nowMs: number): void {
    const { effects, history, membership } = this.#context;
    const isNext = entry.zxid === this.#lastProposed + 1;
    assertPosition(isNext, entry.zxid, "was proposed out of turn, after", this.#lastProposed);
    assert(entry.zxid <= this.#epochEnd, "the epoch's transaction numbers are used up");
    this.#lastProposed = entry.zxid;
    history.append(entry);
    const configuration = membership.ofEntry(entry.bytes);
    if (configuration !== null) membership.see(configuration);
    for (const learner of this.#learners) {
      if (!learner.isForwarding || !learner.isFollower) continue;
      effects.send(learner.link, { kind: "proposal", zxid: entry.zxid, bytes: entry.bytes });
      learner.proposed(entry.zxid, nowMs);
    }
  }

  sync(ticket: number): void {
    this.#barriers.addLocal(ticket, this.#lastProposed);
    this.#release();
  }

  syncLearner(link: LinkId): void {
    this.#barriers.addLearner(link, this.#lastProposed);
    this.#release();
  }

  /** A learner was sent UPTODATE: it hears of what was committed meanwhile, and answers pings from now on. */
  welcomed(learner: LearnerHandle): void {
    for (const commit of learner.takeHeldCommits()) this.#context.effects.send(learner.link, commit);
    this.#proof.joined(learner, this.#lastProposed);
  }

  /** A learner has answered a ping. */
  answered(): void {
    this.#proof.answered(this.#lastProposed);
    this.#release();
  }

  /** Nobody has said anything, but a quorum may be less than it was: its oracle speaks for the server that is gone. */
  resume(): void {
    this.#proof.answered(this.#lastProposed);
    this.advance();
  }

  /** Commits what a quorum has on disk by now. */
  advance(): void {
    while (this.#successor === null && this.#commitTo(this.#decided()));
    this.#release();
  }

  /** The last position, beyond what is committed, that a quorum has on disk; 0 where there is none. */
  #decided(): number {
    const { history, membership, options } = this.#context;
    // What belongs to earlier epochs was committed with this one's beginning, not by counting.
    const above = Math.max(history.committed, this.#epochStart);
    const positions = this.#learners.positions(above);
    if (history.durable > above) positions.push([options.serverId, history.durable]);
    return quorumPosition(membership.inForce, positions);
  }

  /**
   * Stops behind a change of members: the rest needs the new configuration's quorum only, or is another leader's to commit.
   *
   * @returns whether it has stopped there
   */
  #commitTo(position: number): boolean {
    const { history, membership } = this.#context;
    for (let entry = history.next(history.committed); entry !== undefined; entry = history.next(entry.zxid)) {
      if (entry.zxid > position) return false;
      const configuration = membership.ofEntry(entry.bytes);
      const designated = configuration === null ? null : this.#activate(configuration);
      this.#barriers.releaseLearnersBefore(entry.zxid);
      this.#tell(entry, designated);
      this.#barriers.releaseLearners(entry.zxid);
      history.commit(entry.zxid);
      if (designated !== null) return true;
    }
    return false;
  }

  /** @param designated the next leader where the transaction brings a configuration, else null */
  #tell({ zxid, bytes }: LogEntry, designated: ServerId | null): void {
    const commit: PlainPacket =
      designated === null
        ? { kind: "commit", zxid }
        : { kind: "commitAndActivate", zxid, designatedLeader: designated };
    const inform: PlainPacket =
      designated === null
        ? { kind: "inform", zxid, bytes }
        : { kind: "informAndActivate", zxid, designatedLeader: designated, bytes };
    const { effects } = this.#context;
    for (const learner of this.#learners) {
      if (!learner.isForwarding) continue;
      if (!learner.isFollower) effects.send(learner.link, inform);
      else if (learner.stage === "syncing") learner.holdCommit(commit);
      else effects.send(learner.link, commit);
    }
  }

  /** Puts a committed configuration into force. @returns who leads from now on */
  #activate(configuration: EnsembleConfiguration): ServerId {
    const { options, membership } = this.#context;
    const before = membership.inForce.committed;
    if (configuration.version <= before.version) return options.serverId;
    const leader = designatedLeader(options.serverId, before, configuration, this.#learners.positions(0));
    membership.commit(configuration);
    // Followers go to the successor as soon as they hear of it; this server goes when they have had the time.
    if (leader !== options.serverId) this.#successor = leader;
    return leader;
  }

  /** The beginning of the epoch is committed with all that was before it. */
  #release(): void {
    const { committed, applied } = this.#context.history;
    this.#barriers.releaseLearners(Math.max(committed, this.#epochStart));
    this.#barriers.releaseLocal(Math.max(applied, this.#epochStart), committed);
  }
}
