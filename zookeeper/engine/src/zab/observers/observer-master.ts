import {
  formatZxid,
  makeZxid,
  type QuorumPacket,
  type QuorumPacketOf,
  zxidCounter,
  zxidEpoch,
} from "@branta/zookeeper-protocol";

import type { LinkId, LogEntry, PlainPacket, Question, ServerId } from "../effects.ts";
import { BringUp } from "../leader/bring-up.ts";
import { LearnerHandle } from "../leader/learner-handle.ts";
import { LearnerSet } from "../leader/learner-set.ts";
import type { Questions } from "../learner/questions.ts";
import type { RoleContext } from "../role.ts";

/**
 * A follower for the observers that follow it and not the leader (ObserverMaster in Apache): brings them to what is committed,
 * informs them of what the leader commits, and takes to it what their clients ask for. It decides nothing, and waits for none of
 * them.
 */
export class ObserverMaster {
  readonly #context: RoleContext;
  readonly #epoch: number;
  readonly #questions: Questions;
  readonly #observers: LearnerSet;
  readonly #bringUp: BringUp;
  /** Infinity while nobody is there. */
  #nextPingMs = Infinity;

  /** @param questions take what observers' clients want to the leader */
  constructor(context: RoleContext, epoch: number, questions: Questions) {
    this.#context = context;
    this.#epoch = epoch;
    this.#questions = questions;
    this.#observers = new LearnerSet(context);
    this.#bringUp = new BringUp(context, this.#observers, () => {
      const { history, inForce } = context;
      return { epoch, established: history.committed, configuration: inForce.committed };
    });
  }

  get nextDeadlineMs(): number {
    return this.#nextPingMs;
  }

  linkAccepted(link: LinkId, nowMs: number): void {
    this.#observers.add(new LearnerHandle(link, "observers", nowMs));
    this.#nextPingMs = Math.min(this.#nextPingMs, nowMs + this.#context.options.tickMs / 2);
  }

  linkClosed(link: LinkId): void {
    this.#observers.remove(link);
  }

  transferring(link: LinkId, nowMs: number): void {
    const observer = this.#observers.get(link);
    if (observer !== undefined) observer.heardMs = nowMs;
  }

  logRead(link: LinkId, entries: readonly LogEntry[] | null): void {
    this.#bringUp.logRead(link, entries);
  }

  packet(link: LinkId, packet: QuorumPacket, nowMs: number): void {
    const observer = this.#observers.get(link);
    // What was under way when the link was closed.
    if (observer === undefined) return;
    observer.heardMs = nowMs;
    switch (packet.kind) {
      case "followerInfo":
      case "observerInfo":
        return this.#introduced(observer, packet);
      case "ackEpoch":
        return this.#epochAcknowledged(observer, packet);
      case "ack":
        return this.#acknowledged(observer, packet.zxid, nowMs);
      case "ping":
        return this.#deliver(observer, packet);
      case "request":
      case "revalidate":
        return this.#asked(observer, packet);
      default:
        this.#observers.drop(observer, `an observer does not send "${packet.kind}"`);
    }
  }

  /**
   * The leader has committed everything up to `zxid`. To be called before it counts as committed here.
   *
   * @param designated who leads from there on, where the last of it brings a configuration, else null
   */
  inform(zxid: number, designated: ServerId | null): void {
    const { history, effects } = this.#context;
    for (
      let entry = history.next(history.committed);
      entry !== undefined && entry.zxid <= zxid;
      entry = history.next(entry.zxid)
    ) {
      const { bytes } = entry;
      const inform: PlainPacket =
        designated !== null && entry.zxid === zxid
          ? { kind: "informAndActivate", zxid, designatedLeader: designated, bytes }
          : { kind: "inform", zxid: entry.zxid, bytes };
      for (const { link, isForwarding } of this.#observers) if (isForwarding) effects.send(link, inform);
    }
  }

  /** More is committed here: those who were ahead of it may have waited for that. */
  caughtUp(): void {
    for (const observer of this.#observers) {
      if (observer.stage === "acknowledged" && !this.#isAhead(observer)) this.#bringUp.synchronize(observer);
    }
  }

  time(nowMs: number): void {
    if (nowMs < this.#nextPingMs) return;
    const { options, effects, history } = this.#context;
    this.#observers.dropSilent(nowMs);
    this.#nextPingMs = Infinity;
    for (const { link, isSynced } of this.#observers) {
      this.#nextPingMs = nowMs + options.tickMs / 2;
      if (isSynced) effects.send(link, { kind: "ping", zxid: history.committed, touched: [] });
    }
  }

  end(reason: string): void {
    this.#observers.dropAll(reason);
  }

  #introduced(observer: LearnerHandle, info: QuorumPacketOf<"followerInfo" | "observerInfo">): void {
    if (!this.#bringUp.introduced(observer, info)) return;
    if (info.acceptedEpoch > this.#epoch) this.#bringUp.letWait(info);
    else this.#bringUp.inform(observer, this.#epoch);
  }

  #epochAcknowledged(observer: LearnerHandle, { lastZxid }: QuorumPacketOf<"ackEpoch">): void {
    if (observer.stage !== "informed") {
      return this.#observers.drop(observer, `it acknowledged an epoch while ${observer.stage}`);
    }
    observer.stage = "acknowledged";
    observer.lastZxid = lastZxid;
    if (!this.#isAhead(observer)) this.#bringUp.synchronize(observer);
  }

  /**
   * Whom it followed before has heard of commits sooner than this server. What observers have of a leader's epoch is committed:
   * it is on its way here, and cutting it off would take back what clients have read (as Apache does).
   */
  #isAhead({ lastZxid }: LearnerHandle): boolean {
    const isOfThisEpoch = zxidEpoch(lastZxid) === this.#epoch && zxidCounter(lastZxid) > 0;
    return isOfThisEpoch && lastZxid > this.#context.history.committed;
  }

  #acknowledged(observer: LearnerHandle, zxid: number, nowMs: number): void {
    if (!observer.isForwarding) {
      return this.#observers.drop(observer, `it acknowledged ${formatZxid(zxid)} while ${observer.stage}`);
    }
    // The second one of these answers UPTODATE.
    if (zxid !== makeZxid(this.#epoch, 0) || observer.stage !== "syncing") return;
    observer.becameUpToDate(nowMs);
    this.#context.effects.send(observer.link, { kind: "upToDate" });
  }

  #asked({ stage, link, serverId }: LearnerHandle, question: Question): void {
    if (stage !== "upToDate") return;
    this.#questions.ask(question, link);
    // A client of this server may have gone over to the observer.
    if (question.kind === "revalidate") {
      this.#context.effects.push({ kind: "deliver", link, from: serverId, packet: question });
    }
  }

  #deliver({ stage, link, serverId }: LearnerHandle, packet: QuorumPacketOf<"ping">): void {
    if (stage !== "upToDate" || packet.touched.length === 0) return;
    this.#context.effects.push({ kind: "deliver", link, from: serverId, packet });
  }
}
