import type { Effect, Input, LinkId, RoleStatus } from "@branta/zookeeper-engine";
import type { QuorumPacket } from "@branta/zookeeper-protocol";
import type { Membership } from "../config/membership.ts";
import type { EnsembleView, LeaderView, LearnersView, PeerRole, ZabPhase } from "./ensemble-view.ts";
import { entryAgeMs } from "./entry-age.ts";
import { LeaderStats, type LeaderStatsOptions } from "./leader-stats.ts";
import { LearnersStats } from "./learners-stats.ts";

/** What a member's statistics cannot see on the core's ways in and out. */
export interface EnsembleStatsOptions extends LeaderStatsOptions {
  readonly serverId: number;
  /** Whether followers serve observers (observerMasterPort). */
  readonly hasObserverMasters: boolean;
  /** The configuration in force. */
  membership(): Membership;
}

/**
 * Shows a member of an ensemble to its operators, and keeps Apache's metrics of it. It knows nothing but what the core
 * is told and what it wishes for: give it every input before the step and all effects behind it.
 */
export class EnsembleStats implements EnsembleView {
  readonly serverId: number;
  readonly #options: EnsembleStatsOptions;
  #status: RoleStatus = { role: "looking", phase: "election", epoch: 0, leader: null };
  #leader: LeaderStats | null = null;
  /** Of a follower. */
  #observers: LearnersStats | null = null;
  /** The connection to whom this server follows. */
  #dialled: { readonly link: LinkId; readonly server: number } | null = null;
  #syncMode: EnsembleView["syncMode"] = "none";
  #lookingSinceMs: number;
  #decidedAtMs: number;
  /** Since when no clients are served, null while they are. */
  #unavailableSinceMs: number | null;
  #lastElectionTimeMs = -1;

  constructor(options: EnsembleStatsOptions) {
    this.#options = options;
    this.serverId = options.serverId;
    this.#lookingSinceMs = options.nowMs();
    this.#decidedAtMs = this.#lookingSinceMs;
    this.#unavailableSinceMs = this.#lookingSinceMs;
    options.metrics.lookingCount.value++;
  }

  get role(): PeerRole {
    return this.#status.role;
  }

  get phase(): ZabPhase {
    return this.#status.phase;
  }

  get epoch(): number {
    return this.#status.epoch;
  }

  get leaderId(): number | null {
    return this.#status.leader;
  }

  get masterId(): number | null {
    return this.#dialled?.server ?? null;
  }

  get syncMode(): EnsembleView["syncMode"] {
    return this.#syncMode;
  }

  get lastElectionTimeMs(): number {
    return this.#lastElectionTimeMs;
  }

  get membership(): Membership {
    return this.#options.membership();
  }

  get leader(): LeaderView | null {
    return this.#leader;
  }

  get learners(): LearnersView | null {
    return this.#leader ?? this.#observers;
  }

  /** To be called before the core's step. */
  observeInput(input: Input): void {
    if (this.#leader !== null) return this.#leader.observeInput(input);
    if (!this.#isOfMaster(input)) return this.#observers?.observeInput(input);
    if (input.kind === "packet") this.#learn(input.packet);
  }

  /** To be called with what the step answered. */
  observeEffects(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === "role") this.#changeRole(effect.status);
      else if (this.#leader !== null) this.#leader.observeEffect(effect);
      else this.#observeLearning(effect);
    }
  }

  #observeLearning(effect: Effect): void {
    if (effect.kind === "dial") this.#dialled = effect;
    if (!this.#isOfMaster(effect)) this.#observers?.observeEffect(effect);
    if (effect.kind !== "commit") return;
    const { metrics, wallMs } = this.#options;
    metrics.commitPropagationLatency.add(entryAgeMs(effect.entry, wallMs()));
  }

  /** Whether something is about the connection to whom this server follows. */
  #isOfMaster(what: Input | Effect): boolean {
    return "link" in what && what.link === this.#dialled?.link;
  }

  #learn(packet: QuorumPacket): void {
    const { metrics, wallMs } = this.#options;
    switch (packet.kind) {
      case "proposal":
        metrics.learnerProposalReceivedCount.value++;
        metrics.proposalLatency.add(entryAgeMs(packet, wallMs()));
        break;
      case "commit":
      case "commitAndActivate":
      case "inform":
      case "informAndActivate":
        metrics.learnerCommitReceivedCount.value++;
        break;
      case "diff":
      case "trunc":
      case "snap":
        this.#syncMode = packet.kind;
        break;
      default:
        break;
    }
  }

  #changeRole(status: RoleStatus): void {
    const before = this.#status;
    const nowMs = this.#options.nowMs();
    this.#status = status;
    if (status.role !== before.role || status.epoch < before.epoch) this.#enterRole(status.role, before.role, nowMs);
    if (status.phase === "broadcast" && before.phase !== "broadcast") this.#beginToServe(status.role, nowMs);
    if (status.phase !== "broadcast" && this.#unavailableSinceMs === null) this.#unavailableSinceMs = nowMs;
  }

  #enterRole(role: PeerRole, before: PeerRole, nowMs: number): void {
    const { metrics } = this.#options;
    this.#syncMode = "none";
    this.#leader = role === "leading" ? new LeaderStats(this.#options) : null;
    const servesObservers = role === "following" && this.#options.hasObserverMasters;
    this.#observers = servesObservers ? new LearnersStats(this.#options) : null;
    this.#dialled = null;
    if (role === "looking") {
      this.#lookingSinceMs = nowMs;
      metrics.lookingCount.value++;
    } else if (before === "looking") {
      this.#decidedAtMs = nowMs;
      this.#lastElectionTimeMs = Math.trunc(nowMs - this.#lookingSinceMs);
      metrics.electionTime.add(this.#lastElectionTimeMs);
    }
  }

  #beginToServe(role: PeerRole, nowMs: number): void {
    const { metrics } = this.#options;
    this.#syncMode = "none";
    const syncMs = Math.trunc(nowMs - this.#decidedAtMs);
    if (role === "following") metrics.followerSyncTime.add(syncMs);
    if (role === "observing") metrics.observerSyncTime.add(syncMs);
    if (this.#unavailableSinceMs === null) return;
    const unavailableMs = Math.trunc(nowMs - this.#unavailableSinceMs);
    metrics.unavailableTime.add(unavailableMs);
    if (role === "leading") metrics.leaderUnavailableTime.add(unavailableMs);
    this.#unavailableSinceMs = null;
  }
}
