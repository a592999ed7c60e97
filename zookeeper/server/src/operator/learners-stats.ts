import type { Effect, Input, LinkId } from "@branta/zookeeper-engine";
import type { LearnersView } from "./ensemble-view.ts";
import { LearnerStats, type LinkFacts } from "./learner-stats.ts";
import type { ServerMetrics } from "./server-metrics.ts";

export interface LearnersStatsOptions extends LinkFacts {
  readonly metrics: ServerMetrics;
  wallMs(): number;
}

/** What operators see of those who follow a server: a leader's learners, or a follower's observers. */
export class LearnersStats implements LearnersView {
  readonly #options: LearnersStatsOptions;
  readonly #learners = new Map<LinkId, LearnerStats>();

  constructor(options: LearnersStatsOptions) {
    this.#options = options;
  }

  *learners(): Iterable<LearnerStats> {
    for (const learner of this.#learners.values()) if (learner.serverId !== -1) yield learner;
  }

  resetObserverStats(): void {
    for (const learner of this.#learners.values()) if (learner.type === "observer") learner.reset();
  }

  observeInput(input: Input): void {
    if (input.kind === "linkClosed") this.#forget(input.link);
    if (input.kind !== "packet") return;
    const learner = this.of(input.link);
    learner.received(input.packet);
    if (input.packet.kind === "ack" && learner.syncing !== null) this.#syncEnds(learner);
  }

  observeEffect(effect: Effect): void {
    if (effect.kind === "closeLink") this.#forget(effect.link);
    if (effect.kind !== "send") return;
    const { link, packet } = effect;
    const learner = this.of(link);
    learner.sent(packet);
    if (packet.kind === "diff" || packet.kind === "trunc") this.#syncBegins(learner, "diff");
    else if (packet.kind === "snap") this.#syncBegins(learner, "snap");
  }

  /** The learner at a link. */
  of(link: LinkId): LearnerStats {
    let learner = this.#learners.get(link);
    if (learner === undefined) {
      learner = new LearnerStats(link, this.#options.wallMs(), this.#options, this.#options.metrics);
      this.#learners.set(link, learner);
    }
    return learner;
  }

  #syncBegins(learner: LearnerStats, how: "diff" | "snap"): void {
    const { metrics } = this.#options;
    learner.syncing = how;
    (how === "diff" ? metrics.diffCount : metrics.snapCount).value++;
    this.#countSyncing(how);
  }

  #syncEnds(learner: LearnerStats): void {
    const how = learner.syncing;
    learner.syncing = null;
    if (how !== null) this.#countSyncing(how);
  }

  #countSyncing(how: "diff" | "snap"): void {
    const { inflightDiffCount, inflightSnapCount } = this.#options.metrics;
    const count = [...this.#learners.values()].filter(({ syncing }) => syncing === how).length;
    (how === "diff" ? inflightDiffCount : inflightSnapCount).add(count);
  }

  #forget(link: LinkId): void {
    const learner = this.#learners.get(link);
    if (learner === undefined) return;
    this.#learners.delete(link);
    this.#syncEnds(learner);
  }
}
