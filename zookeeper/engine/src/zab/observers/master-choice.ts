import type { LearnerPort, ServerId } from "../effects.ts";
import type { EnsembleConfiguration } from "../quorum/quorum-verifier.ts";
import type { ObservingOptions } from "../zab-options.ts";

/** Where a learner connects. */
export interface Place {
  readonly server: ServerId;
  readonly port: LearnerPort;
  /** How long to wait before, milliseconds. */
  readonly delayMs: number;
}

/**
 * Whom an observer follows: the leader; or the voters one after the other, at their observerMasterPort, in an order of its own, so
 * that the observers spread over them (QuorumPeer.findLearnerMaster in Apache).
 */
export class MasterChoice {
  readonly #options: ObservingOptions | null;
  /** Whose voters are in {@link #masters}. */
  #configuration: EnsembleConfiguration | null = null;
  #masters: readonly ServerId[] = [];
  #next = 0;

  constructor(options: ObservingOptions | null) {
    this.#options = options;
  }

  /** Where to connect next. */
  next(leader: ServerId, configuration: EnsembleConfiguration): Place {
    if (this.#options === null) return { server: leader, port: "quorum", delayMs: 0 };
    const { orderMasters, reconnectDelayMs } = this.#options;
    if (orderMasters === null) return { server: leader, port: "quorum", delayMs: reconnectDelayMs() };
    if (this.#configuration !== configuration) {
      this.#configuration = configuration;
      this.#masters = orderMasters([...configuration.quorum.voters]);
      this.#next = 0;
    }
    // Only who has tried them all waits.
    const isRound = this.#next === this.#masters.length;
    if (isRound) this.#next = 0;
    return { server: this.#masters[this.#next++]!, port: "observers", delayMs: isRound ? reconnectDelayMs() : 0 };
  }
}
