import type { QuorumPacketOf } from "@branta/zookeeper-protocol";

import type { LearnerPort, LinkId, PlainPacket, ServerId } from "../effects.ts";
import { PingCount } from "./ping-count.ts";

/** How far a learner has come on its way to its leader's history. */
export type LearnerStage =
  /** Connected, not introduced. */
  | "new"
  /** Introduced; waits for the epoch. */
  | "introduced"
  /** Was told the epoch. */
  | "informed"
  /** Has acknowledged the epoch; waits until enough have. */
  | "acknowledged"
  /** What it lacks is being read from the log on disk. */
  | "reading"
  /** Gets what it lacks, and everything new. */
  | "syncing"
  /** Has it all on disk. */
  | "synced"
  /** Serves clients. */
  | "upToDate";

/** A proposal that a learner has not acknowledged, and since when. */
interface Unacknowledged {
  readonly zxid: number;
  readonly sinceMs: number;
}

/** What a server knows of one that follows it: a leader of its learners, a follower of its observers. */
export class LearnerHandle {
  readonly link: LinkId;
  readonly port: LearnerPort;
  stage: LearnerStage = "new";
  serverId: ServerId = 0;
  /** Votes, or follows as one that could be made to: gets proposals, where an observer is informed of commits. */
  isFollower = true;
  /** Where its log ended when it introduced itself. */
  lastZxid = 0;
  /** While "reading": where memory takes over from the log on disk. */
  readTo = Infinity;
  /** It has everything up to here on disk. */
  acked = 0;
  heardMs: number;
  readonly pings = new PingCount();
  #heldCommits: PlainPacket[] = [];
  #oldest: Unacknowledged | null = null;

  constructor(link: LinkId, port: LearnerPort, nowMs: number) {
    this.link = link;
    this.port = port;
    this.heardMs = nowMs;
  }

  introduce(info: QuorumPacketOf<"followerInfo" | "observerInfo">): void {
    this.stage = "introduced";
    this.serverId = info.serverId;
    this.isFollower = info.kind === "followerInfo";
  }

  /** Whether everything new is sent to it. */
  get isForwarding(): boolean {
    return this.stage === "syncing" || this.isSynced;
  }

  get isSynced(): boolean {
    return this.stage === "synced" || this.stage === "upToDate";
  }

  /** Before UPTODATE learners pass over pings. */
  get answersPings(): boolean {
    return this.stage === "upToDate";
  }

  proposed(zxid: number, nowMs: number): void {
    this.#oldest ??= { zxid, sinceMs: nowMs };
  }

  /** @param lastProposed what the learner has been sent up to now */
  acknowledged(zxid: number, lastProposed: number, nowMs: number): void {
    this.acked = Math.max(this.acked, zxid);
    if (this.#oldest === null || zxid < this.#oldest.zxid) return;
    this.#oldest = zxid < lastProposed ? { zxid: lastProposed, sinceMs: nowMs } : null;
  }

  /**
   * Keeps a commit until UPTODATE. Apache's followers from 3.6.3 up to 3.8.4 and 3.9.2 end when they hear between NEWLEADER and
   * UPTODATE that what was outstanding at NEWLEADER is committed, and have it twice in their logs after (ZOOKEEPER-4394).
   */
  holdCommit(commit: PlainPacket): void {
    this.#heldCommits.push(commit);
  }

  takeHeldCommits(): readonly PlainPacket[] {
    const held = this.#heldCommits;
    this.#heldCommits = [];
    return held;
  }

  /** It has the leader's history: from now on it is expected to acknowledge what is proposed. */
  becameSynced(nowMs: number): void {
    this.stage = "synced";
    if (this.#oldest !== null) this.#oldest = { ...this.#oldest, sinceMs: nowMs };
  }

  /**
   * It may serve clients, and answers pings from now on. Until now it had nothing to say, for as long as the others took: that
   * is no silence.
   */
  becameUpToDate(nowMs: number): void {
    this.stage = "upToDate";
    this.heardMs = nowMs;
  }

  /** How long it has left a proposal without an acknowledgement, milliseconds; none is due before it is synced. */
  behindMs(nowMs: number): number {
    return this.#oldest === null || !this.isSynced ? 0 : nowMs - this.#oldest.sinceMs;
  }
}
