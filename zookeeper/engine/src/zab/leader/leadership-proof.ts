import type { EffectQueue } from "../effect-queue.ts";
import type { LearnerHandle } from "./learner-handle.ts";
import type { LearnerSet } from "./learner-set.ts";

/**
 * Proves that this server still led after a question was asked: a quorum answers a ping that was sent later. Who answers has
 * not gone over to another leader, so no other can have committed anything before the question. (Apache answers a sync from
 * what it believes; a leader that was deposed without noticing then lets clients read old data.)
 *
 * Questions that come while a round of pings is under way share the next one.
 */
export class LeadershipProof {
  readonly #effects: EffectQueue;
  readonly #learners: LearnerSet;
  /** The round under way, or the last one. */
  #round = 0;
  #proven = 0;
  #wanted = 0;

  constructor(effects: EffectQueue, learners: LearnerSet) {
    this.#effects = effects;
    this.#learners = learners;
  }

  /** The last round that a quorum has answered. */
  get proven(): number {
    return this.#proven;
  }

  /** @returns the round that will prove it: see {@link proven} */
  ask(pingZxid: number): number {
    if (this.#round > this.#proven) return (this.#wanted = this.#round + 1);
    this.#begin(pingZxid);
    return this.#round;
  }

  /** A learner takes part from now on, also in a round that those who were asked can no longer end. */
  joined(learner: LearnerHandle, pingZxid: number): void {
    if (this.#round > this.#proven) this.#ping(learner, pingZxid);
  }

  /** A learner has answered, or one is gone. */
  answered(pingZxid: number): void {
    while (this.#round > this.#proven && this.#learners.isQuorumWithUs(this.#learners.answeredRound())) {
      this.#proven = this.#round;
      if (this.#wanted > this.#round) this.#begin(pingZxid);
    }
  }

  #begin(pingZxid: number): void {
    this.#round++;
    for (const learner of this.#learners) {
      if (learner.answersPings) this.#ping(learner, pingZxid);
    }
    // Who needs nobody's answer has it.
    this.answered(pingZxid);
  }

  #ping(learner: LearnerHandle, pingZxid: number): void {
    this.#effects.send(learner.link, { kind: "ping", zxid: pingZxid, touched: [] });
    learner.pings.beginRound();
  }
}
