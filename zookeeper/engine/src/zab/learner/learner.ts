import { formatZxid, makeZxid, type QuorumPacket, type QuorumPacketOf, zxidEpoch } from "@branta/zookeeper-protocol";

import type {
  LearnerPort,
  LinkId,
  LogEntry,
  PersistToken,
  Question,
  RoleStatus,
  ServerId,
  SnapshotRef,
} from "../effects.ts";
import { MUST_NOT_VOTE } from "../election/proposal.ts";
import { followsOn } from "../follows-on.ts";
import { ObserverMaster } from "../observers/observer-master.ts";
import type { EnsembleConfiguration } from "../quorum/quorum-verifier.ts";
import type { ActiveRole, RoleContext } from "../role.ts";
import { Approach } from "./approach.ts";
import { Questions } from "./questions.ts";
import { phaseOf, type Stage } from "./stage.ts";
import { type HeldAck, StagedSync } from "./staged-sync.ts";

/**
 * A follower, or an observer, which differs in what it is sent and in that nobody waits for it: finds out the leader's
 * epoch, takes over its history, then logs what is proposed and applies what is committed.
 */
export class Learner implements ActiveRole {
  readonly #context: RoleContext;
  readonly #leader: ServerId;
  readonly #approach: Approach;
  readonly #isObserver: boolean;
  #stage: Stage = "connecting";
  #epoch = 0;
  #sync: StagedSync | null = null;
  /** Entries up to here are committed once the leader says that the epoch is established. */
  #established = 0;
  #heldAcks: HeldAck[] = [];
  /** Null before this server serves clients. */
  #questions: Questions | null = null;
  /** Serves observers, once this server serves clients. */
  #observers: ObserverMaster | null = null;
  /** Set when a new configuration gives another part, to us or to the leader. */
  #departure: { readonly zxid: number; readonly designated: ServerId } | null = null;
  /** As NEWLEADER told: in force once the epoch is established. */
  #newConfiguration: EnsembleConfiguration | null = null;
  #deadlineMs: number;

  constructor(
    context: RoleContext,
    peer: { readonly leader: ServerId; readonly isObserver: boolean; newLink(): LinkId },
    nowMs: number,
  ) {
    this.#context = context;
    this.#leader = peer.leader;
    this.#isObserver = peer.isObserver;
    this.#deadlineMs = nowMs + this.#limitMs;
    context.effects.role(this.status);
    this.#approach = new Approach(context, { ...peer, onWait: (ms) => void (this.#deadlineMs += ms) }, nowMs);
  }

  get status(): RoleStatus {
    const role = this.#isObserver ? "observing" : "following";
    return { role, phase: phaseOf(this.#stage), epoch: this.#epoch, leader: this.#leader };
  }

  get nextDeadlineMs(): number {
    return Math.min(this.#deadlineMs, this.#approach.nextDeadlineMs, this.#observers?.nextDeadlineMs ?? Infinity);
  }

  linkAccepted(link: LinkId, port: LearnerPort, nowMs: number): void {
    if (port === "observers" && this.#observers !== null) this.#observers.linkAccepted(link, nowMs);
    else this.#context.effects.closeLink(link, "this server does not lead");
  }

  linkOpened(link: LinkId, nowMs: number): void {
    if (link !== this.#link || this.#stage !== "connecting") return;
    this.#stage = "registering";
    this.#heard(nowMs);
    this.#approach.introduce();
  }

  linkClosed(link: LinkId, nowMs: number): void {
    if (link !== this.#link) return this.#observers?.linkClosed(link);
    const wasOpen = this.#stage !== "connecting";
    const isEarly = !wasOpen || this.#stage === "registering";
    if (!isEarly || !this.#approach.triesAgain(wasOpen, nowMs)) {
      this.#context.leave(`the connection to ${this.#approach.whom} is gone`, this.#departure?.designated);
      return;
    }
    this.#stage = "connecting";
  }

  packet(link: LinkId, packet: QuorumPacket, nowMs: number): void {
    if (link !== this.#link) return this.#observers?.packet(link, packet, nowMs);
    this.#heard(nowMs);
    if (packet.kind === "ping") return this.#pinged(packet.zxid);
    switch (this.#stage) {
      case "registering":
        return this.#registering(packet);
      case "waiting":
        return this.#waiting(packet);
      case "staging":
        return this.#staging(packet, nowMs);
      case "settled":
      case "broadcast":
        return this.#following(packet);
      case "connecting":
        return this.#unexpected(packet);
    }
  }

  transferring(link: LinkId, nowMs: number): void {
    if (link === this.#link) this.#heard(nowMs);
    else this.#observers?.transferring(link, nowMs);
  }

  logRead(link: LinkId, entries: readonly LogEntry[] | null): void {
    this.#observers?.logRead(link, entries);
  }

  /** A client of this server wants something of the leader. */
  ask(question: Question): void {
    this.#questions?.ask(question, null);
  }

  /** The snapshot that SNAP announced has come whole. */
  snapshotReceived(link: LinkId, ref: SnapshotRef, nowMs: number): void {
    if (link !== this.#link || this.#sync === null) return;
    this.#heard(nowMs);
    this.#sync.ref = ref;
  }

  voteHeard(from: ServerId, leader: ServerId): void {
    const isEarly = this.#stage === "connecting" || this.#stage === "registering";
    if (isEarly && from === this.#leader && leader !== this.#leader) {
      this.#context.leave(`server ${from} does not want to lead, it votes for ${leader}`);
    }
  }

  persisted(): void {
    // What waits for a token carries it; the history has applied what is committed.
    this.#questions?.release();
    this.#depart();
  }

  time(nowMs: number): void {
    this.#approach.time(nowMs);
    this.#observers?.time(nowMs);
    if (nowMs >= this.#deadlineMs) this.#context.leave(`nothing was heard of ${this.#approach.whom} in time`);
  }

  end(reason: string): void {
    this.#context.effects.closeLink(this.#link, reason);
    this.#observers?.end(reason);
  }

  get #link(): LinkId {
    return this.#approach.link;
  }

  /** Before UPTODATE a ping only shows that the leader lives: Apache's learners pass over it, so nobody counts on an answer. */
  #pinged(zxid: number): void {
    if (this.#stage === "broadcast") this.#context.effects.push({ kind: "pong", link: this.#link, zxid });
  }

  #registering(packet: QuorumPacket): void {
    if (packet.kind !== "leaderInfo") return this.#unexpected(packet);
    const { epochs, effects, history } = this.#context;
    const { epoch } = packet;
    if (epoch < epochs.accepted) {
      this.#context.leave(
        `${this.#approach.whom} proposes epoch ${epoch}, but ${epochs.accepted} was accepted already`,
      );
      return;
    }
    // Who has accepted this epoch before may have done so for another leader: its word must not count twice.
    const isNew = epoch > epochs.accepted;
    const lastZxid = history.claim;
    const currentEpoch = isNew && lastZxid !== MUST_NOT_VOTE ? epochs.current : -1;
    if (isNew) epochs.accept(epoch);
    this.#epoch = epoch;
    this.#enter("waiting");
    effects.promise(this.#link, { kind: "ackEpoch", lastZxid, currentEpoch }, effects.lastToken);
  }

  #waiting(packet: QuorumPacket): void {
    if (packet.kind !== "diff" && packet.kind !== "trunc" && packet.kind !== "snap") return this.#unexpected(packet);
    const { history } = this.#context;
    if (packet.kind === "trunc" && !history.reachesBackTo(packet.zxid)) history.abandon();
    if (packet.kind !== "snap" && history.claim === MUST_NOT_VOTE) {
      return this.#context.leave("our log does not reach back to the leader's history: only a snapshot helps");
    }
    this.#sync = new StagedSync(packet.kind, packet.zxid, history);
    this.#stage = "staging";
  }

  #staging(packet: QuorumPacket, nowMs: number): void {
    const sync = this.#sync!;
    switch (packet.kind) {
      case "proposal":
        return this.#leaveIf(sync.add(packet));
      case "commit":
      case "commitAndActivate":
        return this.#leaveIf(sync.commit(packet.zxid));
      case "inform":
      case "informAndActivate":
        return this.#leaveIf(sync.add(packet) ?? sync.commit(packet.zxid));
      case "newLeader":
        return this.#settle(sync, packet, nowMs);
      default:
        return this.#unexpected(packet);
    }
  }

  /** History, then epoch, then the acknowledgement: in any other order a crash in between could lose what was promised. */
  #settle(sync: StagedSync, { zxid, configuration }: QuorumPacketOf<"newLeader">, nowMs: number): void {
    const { history, epochs, effects, membership } = this.#context;
    if (!sync.isComplete) return this.#context.leave("NEWLEADER came before the snapshot was whole");
    if (zxid !== makeZxid(this.#epoch, 0)) {
      return this.#context.leave(`NEWLEADER ${formatZxid(zxid)} is not of epoch ${this.#epoch}`);
    }
    sync.settle(history, membership);
    for (const { bytes } of sync.entries) this.#see(membership.ofEntry(bytes));
    this.#newConfiguration = membership.read(configuration);
    this.#see(this.#newConfiguration);
    const token = epochs.enter(this.#epoch);
    this.#established = sync.committed;
    const open = this.#isObserver ? [] : sync.entries.filter((entry) => entry.zxid > sync.committed);
    this.#heldAcks = open.map((entry) => ({ zxid: entry.zxid, token }));
    this.#sync = null;
    this.#stage = "settled";
    this.#heard(nowMs);
    effects.promise(this.#link, { kind: "ack", zxid }, token);
  }

  #following(packet: QuorumPacket): void {
    switch (packet.kind) {
      case "proposal":
        return this.#proposed(packet);
      case "commit":
        return this.#committed(packet.zxid);
      case "commitAndActivate":
        return this.#activated(packet.zxid, packet.designatedLeader);
      case "inform":
      case "informAndActivate":
        this.#append(packet);
        if (packet.kind === "informAndActivate") return this.#activated(packet.zxid, packet.designatedLeader);
        return this.#committed(packet.zxid);
      case "upToDate":
        return this.#upToDate(packet);
      case "sync":
      case "revalidated":
        return this.#questions === null ? this.#unexpected(packet) : this.#questions.answered(packet);
      default:
        return this.#unexpected(packet);
    }
  }

  #proposed(entry: LogEntry): void {
    const token = this.#append(entry);
    if (token === null || this.#isObserver) return;
    const { zxid } = entry;
    if (this.#stage === "broadcast") this.#context.effects.promise(this.#link, { kind: "ack", zxid }, token);
    else this.#heldAcks.push({ zxid, token });
  }

  /** Null, and nothing is logged: the leader has left something out. */
  #append({ zxid, bytes }: LogEntry): PersistToken | null {
    const { history, membership, leave } = this.#context;
    if (zxidEpoch(zxid) !== this.#epoch || !followsOn(zxid, history.last)) {
      leave(`${this.#approach.whom} sent ${formatZxid(zxid)} after ${formatZxid(history.last)}`);
      return null;
    }
    const token = history.append({ zxid, bytes });
    this.#see(membership.ofEntry(bytes));
    return token;
  }

  #committed(zxid: number, designated: ServerId | null = null): void {
    const { history } = this.#context;
    if (zxid > history.last) return this.#context.leave(`${formatZxid(zxid)} is committed but was not proposed`);
    if (this.#stage === "broadcast") {
      this.#observers?.inform(zxid, designated);
      history.commit(zxid);
      this.#observers?.caughtUp();
      this.#questions!.release();
    } else this.#established = Math.max(this.#established, zxid);
  }

  /** A configuration is committed: who plays another part in it, or has another leader, begins anew. */
  #activated(zxid: number, designated: ServerId): void {
    const { history, membership, options } = this.#context;
    const entry = history.next(zxid - 1);
    this.#committed(zxid, designated);
    const configuration = entry === undefined ? null : membership.ofEntry(entry.bytes);
    if (configuration === null || !membership.commit(configuration)) return;
    const isObserver = configuration.observers.has(options.serverId);
    if (designated !== this.#leader || isObserver !== this.#isObserver) this.#departure = { zxid, designated };
    this.#depart();
  }

  /** Not before our tree shows the change: whoever asked for it here is to get the answer. */
  #depart(): void {
    if (this.#departure === null || this.#context.history.applied < this.#departure.zxid) return;
    this.#context.leave("a new configuration has another leader, or another part for us", this.#departure.designated);
  }

  #see(configuration: EnsembleConfiguration | null): void {
    if (configuration !== null) this.#context.membership.see(configuration);
  }

  #upToDate(packet: QuorumPacket): void {
    if (this.#stage !== "settled") return this.#unexpected(packet);
    const { effects, history, membership, options } = this.#context;
    history.commit(this.#established);
    if (this.#newConfiguration !== null && membership.commit(this.#newConfiguration)) {
      // Learned on the way in: the part we play may be another, and this leader may have none.
      const { observers, quorum } = this.#newConfiguration;
      if (observers.has(options.serverId) !== this.#isObserver || !quorum.voters.has(this.#leader)) {
        return this.#context.leave("a new configuration gives other parts");
      }
    }
    this.#enter("broadcast");
    this.#questions = new Questions(this.#context, { id: this.#leader, link: this.#link });
    if (!this.#isObserver) this.#observers = new ObserverMaster(this.#context, this.#epoch, this.#questions);
    effects.promise(this.#link, { kind: "ack", zxid: makeZxid(this.#epoch, 0) }, effects.lastToken);
    for (const { zxid, token } of this.#heldAcks) effects.promise(this.#link, { kind: "ack", zxid }, token);
    this.#heldAcks = [];
    // A change of members that was committed meanwhile has just been applied.
    this.#depart();
  }

  #enter(stage: Stage): void {
    this.#stage = stage;
    this.#context.effects.role(this.status);
  }

  get #limitMs(): number {
    const { initLimitTicks, syncLimitTicks, tickMs } = this.#context.options;
    const isFollowing = this.#stage === "settled" || this.#stage === "broadcast";
    return (isFollowing ? syncLimitTicks : initLimitTicks) * tickMs;
  }

  #heard(nowMs: number): void {
    this.#deadlineMs = nowMs + this.#limitMs;
  }

  #leaveIf(problem: string | null): void {
    if (problem !== null) this.#context.leave(`${this.#approach.whom}: ${problem}`);
  }

  #unexpected(packet: QuorumPacket): void {
    this.#context.leave(`${this.#approach.whom} sent "${packet.kind}" while ${this.#stage}`);
  }
}
