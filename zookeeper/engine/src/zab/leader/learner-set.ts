import type { LinkId, ServerId } from "../effects.ts";
import type { RoleContext } from "../role.ts";
import type { LearnerHandle } from "./learner-handle.ts";

/** A leader's learners, or a follower's observers, by connection. */
export class LearnerSet {
  readonly #context: RoleContext;
  readonly #byLink = new Map<LinkId, LearnerHandle>();

  constructor(context: RoleContext) {
    this.#context = context;
  }

  [Symbol.iterator](): IterableIterator<LearnerHandle> {
    return this.#byLink.values();
  }

  get(link: LinkId): LearnerHandle | undefined {
    return this.#byLink.get(link);
  }

  add(learner: LearnerHandle): void {
    this.#byLink.set(learner.link, learner);
  }

  /** Its connection is gone. */
  remove(link: LinkId): void {
    this.#byLink.delete(link);
    this.keepWhatIsRead();
  }

  drop(learner: LearnerHandle, reason: string): void {
    this.remove(learner.link);
    this.#context.effects.closeLink(learner.link, reason);
  }

  dropAll(reason: string): void {
    for (const learner of this) this.drop(learner, reason);
  }

  /** A server's older connection is dead, noticed or not; what it acknowledged there counts no more. */
  dropOlder(learner: LearnerHandle): void {
    for (const other of this) {
      if (other !== learner && other.stage !== "new" && other.serverId === learner.serverId) {
        this.drop(other, "its server has connected again");
      }
    }
  }

  dropSilent(nowMs: number): void {
    const { initLimitTicks, syncLimitTicks, tickMs } = this.#context.options;
    for (const learner of this) {
      const limitTicks = learner.answersPings ? syncLimitTicks : initLimitTicks + syncLimitTicks;
      if (nowMs - learner.heardMs > limitTicks * tickMs) this.drop(learner, "nothing was heard of it in time");
      else if (learner.behindMs(nowMs) > syncLimitTicks * tickMs) this.drop(learner, "it is too far behind");
    }
  }

  /** Keeps in memory what follows on what is being read from disk for learners. */
  keepWhatIsRead(): void {
    let from = Infinity;
    for (const { stage, readTo } of this) if (stage === "reading") from = Math.min(from, readTo);
    this.#context.history.keepAfter = from;
  }

  /**
   * Followers that have the leader's history on disk; and observers that are about to get a vote: a change of members that its
   * leader left half done may need them.
   */
  synced(): ServerId[] {
    const { voters } = this.#context.inForce;
    const synced: ServerId[] = [];
    for (const { isSynced, isFollower, serverId } of this) {
      if (isSynced && (isFollower || voters.has(serverId))) synced.push(serverId);
    }
    return synced;
  }

  /** Followers with a vote that get everything new, whether they have caught up or not. */
  followed(): ServerId[] {
    const { voters } = this.#context.inForce;
    const followed: ServerId[] = [];
    for (const { isForwarding, isFollower, serverId } of this) {
      if (isForwarding && isFollower && voters.has(serverId)) followed.push(serverId);
    }
    return followed;
  }

  /** Whether these and this server can decide. */
  isQuorumWithUs(followers: Iterable<ServerId>): boolean {
    return this.#context.inForce.isQuorum(new Set([this.#context.options.serverId, ...followers]));
  }

  /** Synced followers that have answered the ping of the last round. */
  answeredRound(): ServerId[] {
    const answered: ServerId[] = [];
    for (const { answersPings, isFollower, serverId, pings } of this) {
      if (answersPings && isFollower && pings.hasAnsweredRound) answered.push(serverId);
    }
    return answered;
  }

  /** Where the logs of synced followers end, as they have acknowledged, of those that end after `above`. */
  positions(above: number): [ServerId, number][] {
    const positions: [ServerId, number][] = [];
    for (const { isSynced, isFollower, serverId, acked } of this) {
      if (isSynced && isFollower && acked > above) positions.push([serverId, acked]);
    }
    return positions;
  }
}
