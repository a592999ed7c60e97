import type { Effect, Input, LinkId } from "@branta/zookeeper-engine";
import type { LeaderView } from "./ensemble-view.ts";
import { LearnerStats, type LinkFacts } from "./learner-stats.ts";
import type { ServerMetrics } from "./server-metrics.ts";
import { SizeStats } from "./server-stats.ts";
import { entryAgeMs } from "./entry-age.ts";

/** Of every so many transactions one learner's acknowledgement is timed, as with leader.ackLoggingFrequency in Apache. */
const ACK_SAMPLE_EVERY = 1_000;

/** The clock, and what links are asked for. */
export interface LeaderStatsOptions extends LinkFacts {
  readonly metrics: ServerMetrics;
  nowMs(): number;
  wallMs(): number;
}

/** What operators see of a leader, counted from what its core is told and wishes for. One for each time it leads. */
export class LeaderStats implements LeaderView {
  readonly proposalSizes = new SizeStats();
  outstandingProposals = 0;
  pendingSyncs = 0;
  readonly #options: LeaderStatsOptions;
  readonly #sinceMs: number;
  readonly #learners = new Map<LinkId, LearnerStats>();
  /** The proposal whose acknowledgements are timed. */
  #sampled: { readonly zxid: number; readonly proposedAtMs: number } | null = null;

  constructor(options: LeaderStatsOptions) {
    this.#options = options;
    this.#sinceMs = options.nowMs();
  }

  get uptimeMs(): number {
    return this.#options.nowMs() - this.#sinceMs;
  }

  *learners(): Iterable<LearnerStats> {
    for (const learner of this.#learners.values()) if (learner.serverId !== -1) yield learner;
  }

  resetObserverStats(): void {
    for (const learner of this.#learners.values()) if (learner.type === "observer") learner.reset();
  }

  observeInput(input: Input): void {
    const { metrics } = this.#options;
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
      case "linkClosed":
        this.#forget(input.link);
        break;
      case "packet":
        this.#learner(input.link).received(input.packet);
        if (input.packet.kind === "ack") this.#acknowledged(input.link, input.packet.zxid);
        break;
      default:
        break;
    }
  }

  observeEffect(effect: Effect): void {
    switch (effect.kind) {
      case "send":
        this.#send(effect);
        break;
      case "commit":
        this.#options.metrics.commitCount.value++;
        this.#options.metrics.quorumAckLatency.add(entryAgeMs(effect.entry, this.#options.wallMs()));
        if (this.outstandingProposals > 0) this.outstandingProposals--;
        break;
      case "synced":
        this.#syncDone();
        break;
      case "closeLink":
        this.#forget(effect.link);
        break;
      default:
        break;
    }
  }

  #send({ link, packet }: Extract<Effect, { kind: "send" }>): void {
    const learner = this.#learner(link);
    learner.sent(packet);
    if (packet.kind === "diff" || packet.kind === "trunc") this.#syncBegins(learner, "diff");
    else if (packet.kind === "snap") this.#syncBegins(learner, "snap");
    else if (packet.kind === "sync") this.#syncDone();
  }

  #learner(link: LinkId): LearnerStats {
    let learner = this.#learners.get(link);
    if (learner === undefined) {
      learner = new LearnerStats(link, this.#options.wallMs(), this.#options, this.#options.metrics);
      this.#learners.set(link, learner);
    }
    return learner;
  }

  #acknowledged(link: LinkId, zxid: number): void {
    const learner = this.#learner(link);
    if (learner.syncing !== null) this.#syncEnds(learner);
    if (this.#sampled?.zxid !== zxid) return;
    const tookMs = Math.trunc(this.#options.nowMs() - this.#sampled.proposedAtMs);
    this.#options.metrics.ackLatency.add(String(learner.serverId), tookMs);
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

  #syncDone(): void {
    if (this.pendingSyncs > 0) this.pendingSyncs--;
  }

  #forget(link: LinkId): void {
    const learner = this.#learners.get(link);
    if (learner === undefined) return;
    this.#learners.delete(link);
    this.#syncEnds(learner);
  }
}
