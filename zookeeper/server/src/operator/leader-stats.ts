import type { Effect, Input, LinkId } from "@branta/zookeeper-engine";
import { entryAgeMs } from "./entry-age.ts";
import type { LeaderView } from "./ensemble-view.ts";
import type { LearnerStats } from "./learner-stats.ts";
import { LearnersStats, type LearnersStatsOptions } from "./learners-stats.ts";
import { SizeStats } from "./server-stats.ts";

/** Of every so many transactions one learner's acknowledgement is timed, as with leader.ackLoggingFrequency in Apache. */
const ACK_SAMPLE_EVERY = 1_000;

/** The clock, and what links are asked for. */
export interface LeaderStatsOptions extends LearnersStatsOptions {
  nowMs(): number;
}

/** What operators see of a leader, counted from what its core is told and wishes for. One for each time it leads. */
export class LeaderStats implements LeaderView {
  readonly proposalSizes = new SizeStats();
  outstandingProposals = 0;
  pendingSyncs = 0;
  readonly #options: LeaderStatsOptions;
  readonly #sinceMs: number;
  readonly #learners: LearnersStats;
  /** The proposal whose acknowledgements are timed. */
  #sampled: { readonly zxid: number; readonly proposedAtMs: number } | null = null;

  constructor(options: LeaderStatsOptions) {
    this.#options = options;
    this.#sinceMs = options.nowMs();
    this.#learners = new LearnersStats(options);
  }

  get uptimeMs(): number {
    return this.#options.nowMs() - this.#sinceMs;
  }

  learners(): Iterable<LearnerStats> {
    return this.#learners.learners();
  }

  resetObserverStats(): void {
    this.#learners.resetObserverStats();
  }

  observeInput(input: Input): void {
    const { metrics } = this.#options;
    this.#learners.observeInput(input);
    switch (input.kind) {
      case "propose":
        this.outstandingProposals++;
        this.proposalSizes.record(input.entry.bytes.length);
        metrics.proposalCount.value++;
        if (input.entry.zxid % ACK_SAMPLE_EVERY === 0) {
          this.#sampled = { zxid: input.entry.zxid, proposedAtMs: this.#options.nowMs() };
        }
        break;
      case "sync":
      case "syncLearner":
        this.pendingSyncs++;
        break;
      case "packet":
        if (input.packet.kind === "ack") this.#acknowledged(input.link, input.packet.zxid);
        break;
      default:
        break;
    }
  }

  observeEffect(effect: Effect): void {
    this.#learners.observeEffect(effect);
    switch (effect.kind) {
      case "send":
        if (effect.packet.kind === "sync") this.#syncDone();
        break;
      case "commit":
        this.#options.metrics.commitCount.value++;
        this.#options.metrics.quorumAckLatency.add(entryAgeMs(effect.entry, this.#options.wallMs()));
        if (this.outstandingProposals > 0) this.outstandingProposals--;
        break;
      case "synced":
        this.#syncDone();
        break;
      default:
        break;
    }
  }

  #acknowledged(link: LinkId, zxid: number): void {
    if (this.#sampled?.zxid !== zxid) return;
    const tookMs = Math.trunc(this.#options.nowMs() - this.#sampled.proposedAtMs);
    this.#options.metrics.ackLatency.add(String(this.#learners.of(link).serverId), tookMs);
  }

  #syncDone(): void {
    if (this.pendingSyncs > 0) this.pendingSyncs--;
  }
}
