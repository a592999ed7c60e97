import { formatZxid, makeZxid, type QuorumPacket, type QuorumPacketOf } from "@branta/zookeeper-protocol";

import type { LearnerPort, LinkId, LogEntry, PersistToken, RoleStatus, ServerId } from "../effects.ts";
import { withVersion } from "../membership.ts";
import type { EnsembleConfiguration } from "../quorum/quorum-verifier.ts";
import type { ActiveRole, RoleContext } from "../role.ts";
import { BringUp } from "./bring-up.ts";
import { Broadcast } from "./broadcast.ts";
import { Discovery } from "./discovery.ts";
import { LearnerHandle } from "./learner-handle.ts";
import { LearnerSet } from "./learner-set.ts";
import type { SyncPosition } from "./synchronize.ts";

/**
 * An elected leader: agrees on an epoch with a quorum (discovery), brings the learners to its history (synchronization),
 * then orders transactions (broadcast).
 */
export class Leader implements ActiveRole {
  readonly #context: RoleContext;
  readonly #discovery: Discovery;
  readonly #learners: LearnerSet;
  readonly #bringUp: BringUp;
  #phase: RoleStatus["phase"] = "discovery";
  #epoch = 0;
  /** Stands for history and epoch on our own disk: this server's acknowledgement of NEWLEADER. */
  #ownToken: PersistToken | null = null;
  #hasOwnAck = false;
  #broadcast: Broadcast | null = null;
  /** The phase must be over by then, Infinity in broadcast. */
  #phaseDeadlineMs: number;
  #nextPingMs: number;
  #nextCheckMs = Infinity;

  constructor(context: RoleContext, nowMs: number) {
    this.#context = context;
    this.#phaseDeadlineMs = this.#newDeadline(nowMs);
    this.#nextPingMs = nowMs + context.options.tickMs / 2;
    this.#discovery = new Discovery(context);
    this.#learners = new LearnerSet(context);
    this.#bringUp = new BringUp(context, this.#learners, () => this.#position());
    context.oracle?.serve(() => this.#learners.followed().length === 0);
    context.effects.role(this.status);
    this.#discover(nowMs);
  }

  get status(): RoleStatus {
    return { role: "leading", phase: this.#phase, epoch: this.#epoch, leader: this.#context.options.serverId };
  }

  get nextDeadlineMs(): number {
    return Math.min(this.#phaseDeadlineMs, this.#nextPingMs, this.#nextCheckMs);
  }

  linkOpened(): void {
    // Dialled in an earlier role, and closed since.
  }

  linkAccepted(link: LinkId, port: LearnerPort, nowMs: number): void {
    this.#learners.add(new LearnerHandle(link, port, nowMs));
  }

  linkClosed(link: LinkId): void {
    this.#learners.remove(link);
  }

  transferring(link: LinkId, nowMs: number): void {
    const learner = this.#learners.get(link);
    if (learner !== undefined) learner.heardMs = nowMs;
  }

  packet(link: LinkId, packet: QuorumPacket, nowMs: number): void {
    const learner = this.#learners.get(link);
    // What was under way when the link was closed.
    if (learner === undefined) return;
    learner.heardMs = nowMs;
    switch (packet.kind) {
      case "followerInfo":
      case "observerInfo":
        return this.#introduced(learner, packet, nowMs);
      case "ackEpoch":
        return this.#epochAcknowledged(learner, packet, nowMs);
      case "ack":
        return this.#acknowledged(learner, packet.zxid, nowMs);
      case "ping":
        return this.#pong(learner, packet);
      case "request":
      case "revalidate":
        return this.#deliver(learner, packet);
      default:
        this.#learners.drop(learner, `a learner does not send "${packet.kind}"`);
    }
  }

  logRead(link: LinkId, entries: readonly LogEntry[] | null): void {
    this.#bringUp.logRead(link, entries);
  }

  voteHeard(from: ServerId, leader: ServerId): void {
    if (this.#phase !== "discovery" || !this.#isVoter(from)) return;
    this.#discovery.voteHeard(from, leader);
    if (!this.#discovery.isPossible)
      this.#context.leave("too many of those who voted for this server have changed their mind");
  }

  persisted(token: PersistToken, nowMs: number): void {
    if (this.#ownToken !== null && token >= this.#ownToken && !this.#hasOwnAck) {
      this.#hasOwnAck = true;
      this.#establish(nowMs);
    }
    this.#broadcast?.advance();
  }

  /** The oracle has spoken. What it allows is done now; what it takes back is noticed with the next look at the followers. */
  oracleHeard(nowMs: number): void {
    if (this.#epoch === 0) return this.#discover(nowMs);
    if (this.#phase === "discovery") return this.#beginSynchronization(nowMs);
    this.#establish(nowMs);
    this.#broadcast?.resume();
  }

  /** Whether enough of a configuration's servers follow already, so that it could take over. */
  isReadyFor({ quorum }: EnsembleConfiguration): boolean {
    const { options, inForce } = this.#context;
    // Who has just lost its vote comes back as an observer, and acknowledges nothing.
    const followers = this.#learners.synced().filter((server) => !inForce.committed.observers.has(server));
    return quorum.isQuorum(new Set([options.serverId, ...followers]));
  }

  /** What only an established leader does; null before. */
  get broadcast(): Broadcast | null {
    return this.#broadcast;
  }

  time(nowMs: number): void {
    const { tickMs } = this.#context.options;
    if (nowMs >= this.#phaseDeadlineMs) {
      return this.#context.leave(`not enough servers came along in ${this.#phase} within initLimit`);
    }
    if (nowMs >= this.#nextPingMs) {
      this.#nextPingMs = nowMs + tickMs / 2;
      this.#learners.dropSilent(nowMs);
      this.#ping();
    }
    if (nowMs >= this.#nextCheckMs) {
      this.#nextCheckMs = nowMs + tickMs;
      const successor = this.#broadcast?.successor ?? null;
      if (successor !== null) return this.#context.leave("another leads the new configuration", successor);
      if (!this.#isFollowed()) this.#context.leave(`not enough servers follow: ${this.#learners.synced().join(", ")}`);
      else if (this.#context.inForce.hasOracle) this.#broadcast?.resume();
    }
  }

  end(reason: string): void {
    this.#context.oracle?.leave();
    this.#learners.dropAll(reason);
  }

  #introduced(learner: LearnerHandle, info: QuorumPacketOf<"followerInfo" | "observerInfo">, nowMs: number): void {
    if (!this.#bringUp.introduced(learner, info)) return;
    if (this.#epoch === 0) {
      this.#discovery.connected(info.serverId, info.acceptedEpoch);
      return this.#discover(nowMs);
    }
    if (info.acceptedEpoch > this.#epoch) this.#cannotLead(info);
    else this.#bringUp.inform(learner, this.#epoch);
  }

  /** A server can never follow us, nor anybody else below the epoch that it has accepted. */
  #cannotLead(info: QuorumPacketOf<"followerInfo" | "observerInfo">): void {
    const { serverId, acceptedEpoch } = info;
    const reason = `server ${serverId} has accepted epoch ${acceptedEpoch} already`;
    if (this.#isVoter(serverId)) this.#context.leave(reason);
    else this.#bringUp.letWait(info);
  }

  /** Begins the epoch as soon as a quorum has told which ones it has accepted. */
  #discover(nowMs: number): void {
    const epoch = this.#discovery.chooseEpoch();
    if (epoch === null) return;
    this.#epoch = epoch;
    const { membership } = this.#context;
    if (membership.isDynamic && membership.lastSeen.version === 0) {
      membership.see(withVersion(membership.lastSeen, makeZxid(epoch, 0)));
    }
    this.#phaseDeadlineMs = this.#newDeadline(nowMs);
    this.#context.epochs.accept(epoch);
    this.#context.effects.role(this.status);
    for (const learner of this.#learners) if (learner.stage === "introduced") this.#bringUp.inform(learner, epoch);
    this.#beginSynchronization(nowMs);
  }

  #epochAcknowledged(learner: LearnerHandle, ack: QuorumPacketOf<"ackEpoch">, nowMs: number): void {
    if (learner.stage !== "informed") {
      return this.#learners.drop(learner, `it acknowledged an epoch while ${learner.stage}`);
    }
    learner.stage = "acknowledged";
    learner.lastZxid = ack.lastZxid;
    if (this.#phase !== "discovery") return this.#bringUp.synchronize(learner);
    if (this.#isVoter(learner.serverId) && this.#discovery.isMoreRecent(ack)) {
      // It has what we lack, and perhaps clients were told that it is safe.
      return this.#context.leave(`server ${learner.serverId} is ahead, at ${formatZxid(ack.lastZxid)}`);
    }
    this.#discovery.acknowledged(learner.serverId, ack);
    this.#beginSynchronization(nowMs);
  }

  #beginSynchronization(nowMs: number): void {
    if (!this.#discovery.isEpochAgreed) return;
    this.#phase = "synchronization";
    this.#phaseDeadlineMs = this.#newDeadline(nowMs);
    this.#ownToken = this.#context.epochs.enter(this.#epoch);
    this.#context.effects.role(this.status);
    for (const learner of this.#learners) if (learner.stage === "acknowledged") this.#bringUp.synchronize(learner);
  }

  /**
   * Before the epoch is established, all of the leader's history is about to be, and a change of members with it. Later a change
   * may be outstanding: the learner hears of it as of other proposals (Apache's have it in force at once).
   */
  #position(): SyncPosition {
    const { history, inForce, membership } = this.#context;
    const position =
      this.#phase === "broadcast"
        ? { established: history.committed, configuration: inForce.committed }
        : { established: history.last, configuration: membership.lastSeen };
    return { ...position, epoch: this.#epoch };
  }

  #acknowledged(learner: LearnerHandle, zxid: number, nowMs: number): void {
    if (!learner.isForwarding) {
      return this.#learners.drop(learner, `it acknowledged ${formatZxid(zxid)} while ${learner.stage}`);
    }
    if (zxid !== makeZxid(this.#epoch, 0)) {
      // Transactions of earlier epochs may be acknowledged, too: they came with the learner's synchronization.
      learner.acknowledged(zxid, this.#broadcast?.lastProposed ?? zxid, nowMs);
      // The last of several to acknowledge changes nothing.
      if (zxid > this.#context.history.committed) this.#broadcast?.advance();
      return;
    }
    // The second one of these answers UPTODATE.
    if (learner.stage !== "syncing") return;
    learner.becameSynced(nowMs);
    if (this.#phase === "broadcast") this.#welcome(learner, nowMs);
    else this.#establish(nowMs);
    this.#broadcast?.advance();
  }

  /** The epoch is there once a quorum has its history and its number on disk; we, too: requests are prepared from our tree. */
  #establish(nowMs: number): void {
    if (this.#phase !== "synchronization" || !this.#isQuorumSynced()) return;
    this.#phase = "broadcast";
    this.#phaseDeadlineMs = Infinity;
    this.#nextCheckMs = this.#nextPingMs + this.#context.options.tickMs;
    this.#broadcast = new Broadcast(this.#context, this.#learners, this.#epoch);
    this.#context.effects.role(this.status);
    for (const learner of this.#learners) if (learner.stage === "synced") this.#welcome(learner, nowMs);
  }

  #welcome(learner: LearnerHandle, nowMs: number): void {
    learner.becameUpToDate(nowMs);
    this.#context.effects.send(learner.link, { kind: "upToDate" });
    this.#broadcast?.welcomed(learner);
  }

  #pong(learner: LearnerHandle, packet: QuorumPacketOf<"ping">): void {
    learner.pings.answered();
    if (packet.touched.length > 0) this.#deliver(learner, packet);
    this.#broadcast?.answered();
  }

  /** A server that comes back to a leader that was alone is no reason to leave while it is brought up to date. */
  #isFollowed(): boolean {
    if (!this.#context.inForce.hasOracle) return this.#isQuorumSynced();
    return this.#learners.isQuorumWithUs(this.#learners.followed());
  }

  #isQuorumSynced(): boolean {
    return this.#hasOwnAck && this.#learners.isQuorumWithUs(this.#learners.synced());
  }

  #ping(): void {
    const zxid = this.#broadcast?.lastProposed ?? makeZxid(this.#epoch, 0);
    for (const { link, isSynced, answersPings, pings } of this.#learners) {
      if (!isSynced) continue;
      this.#context.effects.send(link, { kind: "ping", zxid, touched: [] });
      if (answersPings) pings.sent();
    }
  }

  #deliver({ stage, link, serverId }: LearnerHandle, packet: QuorumPacket): void {
    if (stage === "upToDate") this.#context.effects.push({ kind: "deliver", link, from: serverId, packet });
  }

  #isVoter(server: ServerId): boolean {
    return this.#context.inForce.voters.has(server);
  }

  #newDeadline(nowMs: number): number {
    const { initLimitTicks, tickMs } = this.#context.options;
    return nowMs + initLimitTicks * tickMs;
  }
}
