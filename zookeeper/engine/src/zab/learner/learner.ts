import { formatZxid, makeZxid, type QuorumPacket, type QuorumPacketOf, zxidEpoch } from "@branta/zookeeper-protocol";

import type { LinkId, LogEntry, PersistToken, RoleStatus, ServerId, SnapshotRef } from "../effects.ts";
import { MUST_NOT_VOTE } from "../election/proposal.ts";
import { followsOn } from "../follows-on.ts";
import type { EnsembleConfiguration } from "../quorum/quorum-verifier.ts";
import type { ActiveRole, RoleContext } from "../role.ts";
import { HeldAnswers } from "./held-answers.ts";
import { PHASES, type Stage } from "./stage.ts";
import { StagedSync } from "./staged-sync.ts";

/** Apache waits so long between attempts to connect to a leader, and makes five. */
const REDIAL_MS = 100;
const REDIALS_MAX = 4;

/** A proposal that is logged while the leader does not want to hear of it yet. */
interface HeldAck {
  readonly zxid: number;
  readonly token: PersistToken;
}

/**
 * A follower, or an observer, which differs in what it is sent and in that nobody waits for it: finds out the leader's
 * epoch, takes over its history, then logs what is proposed and applies what is committed.
 */
export class Learner implements ActiveRole {
  readonly #context: RoleContext;
  readonly #leader: ServerId;
  readonly #newLink: () => LinkId;
  #link: LinkId;
  readonly #isObserver: boolean;
  #stage: Stage = "connecting";
  #epoch = 0;
  #sync: StagedSync | null = null;
  /** Entries up to here are committed once the leader says that the epoch is established. */
  #established = 0;
  #heldAcks: HeldAck[] = [];
  readonly #heldAnswers = new HeldAnswers((packet) => this.#deliver(packet));
  /** Set when a new configuration gives another part, to us or to the leader. */
  #departure: { readonly zxid: number; readonly designated: ServerId } | null = null;
  /** As NEWLEADER told: in force once the epoch is established. */
  #newConfiguration: EnsembleConfiguration | null = null;
  #deadlineMs: number;
  #redialsLeft = REDIALS_MAX;
  #redialAtMs = Infinity;

  constructor(
    context: RoleContext,
    peer: { readonly leader: ServerId; readonly isObserver: boolean; newLink(): LinkId },
    nowMs: number,
  ) {
    this.#context = context;
    this.#leader = peer.leader;
    this.#newLink = () => peer.newLink();
    this.#link = peer.newLink();
    this.#isObserver = peer.isObserver;
    this.#deadlineMs = nowMs + this.#limitMs;
    context.effects.role(this.status);
    this.#dial();
  }

  get status(): RoleStatus {
    const role = this.#isObserver ? "observing" : "following";
    return { role, phase: PHASES[this.#stage], epoch: this.#epoch, leader: this.#leader };
  }

  get nextDeadlineMs(): number {
    return Math.min(this.#deadlineMs, this.#redialAtMs);
  }

  linkOpened(link: LinkId, nowMs: number): void {
    if (link !== this.#link || this.#stage !== "connecting") return;
    this.#stage = "registering";
    this.#heard(nowMs);
    const { effects, epochs, options, inForce } = this.#context;
    const kind = this.#isObserver ? "observerInfo" : "followerInfo";
    const { serverId } = options;
    const configVersion = inForce.committed.version;
    const info = { kind, acceptedEpoch: epochs.accepted, serverId, protocolVersion: 0x10000, configVersion } as const;
    effects.promise(link, info, effects.lastToken);
  }

  linkClosed(link: LinkId, nowMs: number): void {
    if (link !== this.#link) return;
    if (this.#stage !== "registering" || this.#redialsLeft === 0) {
      this.#context.leave(`the connection to leader ${this.#leader} is gone`, this.#departure?.designated);
      return;
    }
    // It has not said a word: its own election may not be over, and something between us answers for it.
    this.#redialsLeft--;
    this.#stage = "connecting";
    this.#redialAtMs = nowMs + REDIAL_MS;
  }

  packet(link: LinkId, packet: QuorumPacket, nowMs: number): void {
    if (link !== this.#link) return;
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
    this.#heldAnswers.release(this.#context.history.applied);
    this.#depart();
  }

  time(nowMs: number): void {
    if (nowMs >= this.#redialAtMs) {
      this.#redialAtMs = Infinity;
      this.#link = this.#newLink();
      this.#dial();
    }
    if (nowMs >= this.#deadlineMs) this.#context.leave(`nothing was heard of leader ${this.#leader} in time`);
  }

  end(reason: string): void {
    this.#context.effects.closeLink(this.#link, reason);
  }

  /** Before UPTODATE a ping only shows that the leader lives: Apache's learners pass over it, so nobody counts on an answer. */
  #pinged(zxid: number): void {
    if (this.#stage === "broadcast") this.#context.effects.push({ kind: "pong", link: this.#link, zxid });
  }

  #dial(): void {
    this.#context.effects.push({ kind: "dial", link: this.#link, server: this.#leader });
  }

  #registering(packet: QuorumPacket): void {
    if (packet.kind !== "leaderInfo") return this.#unexpected(packet);
    const { epochs, effects, history } = this.#context;
    const { epoch } = packet;
    if (epoch < epochs.accepted) {
      this.#context.leave(
        `leader ${this.#leader} proposes epoch ${epoch}, but ${epochs.accepted} was accepted already`,
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
        return this.#answered(packet, this.#context.history.committed);
      case "revalidated":
        // Of what the client wrote elsewhere nothing may come later: it could be taken for what it writes here.
        return this.#answered(packet, this.#context.history.last);
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
      leave(`leader ${this.#leader} sent ${formatZxid(zxid)} after ${formatZxid(history.last)}`);
      return null;
    }
    const token = history.append({ zxid, bytes });
    this.#see(membership.ofEntry(bytes));
    return token;
  }

  #committed(zxid: number): void {
    const { history } = this.#context;
    if (zxid > history.last) return this.#context.leave(`${formatZxid(zxid)} is committed but was not proposed`);
    if (this.#stage === "broadcast") {
      history.commit(zxid);
      this.#heldAnswers.release(history.applied);
    } else this.#established = Math.max(this.#established, zxid);
  }

  /** A configuration is committed: who plays another part in it, or has another leader, begins anew. */
  #activated(zxid: number, designated: ServerId): void {
    const { history, membership, options } = this.#context;
    const entry = history.next(zxid - 1);
    this.#committed(zxid);
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
    effects.promise(this.#link, { kind: "ack", zxid: makeZxid(this.#epoch, 0) }, effects.lastToken);
    for (const { zxid, token } of this.#heldAcks) effects.promise(this.#link, { kind: "ack", zxid }, token);
    this.#heldAcks = [];
    // A change of members that was committed meanwhile has just been applied.
    this.#depart();
  }

  /** A quorum without this server may have committed what our disk has not got yet: then it is not in our tree. */
  #answered(packet: QuorumPacket, zxid: number): void {
    this.#heldAnswers.push(packet, zxid);
    this.#heldAnswers.release(this.#context.history.applied);
  }

  #deliver(packet: QuorumPacket): void {
    if (this.#stage !== "broadcast") return this.#unexpected(packet);
    this.#context.effects.push({ kind: "deliver", link: this.#link, from: this.#leader, packet });
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
    if (problem !== null) this.#context.leave(`leader ${this.#leader}: ${problem}`);
  }

  #unexpected(packet: QuorumPacket): void {
    this.#context.leave(`leader ${this.#leader} sent "${packet.kind}" while ${this.#stage}`);
  }
}
