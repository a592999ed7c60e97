import { formatZxid, type QuorumPacketOf } from "@branta/zookeeper-protocol";

import type { LinkId, LogEntry } from "../effects.ts";
import type { RoleContext } from "../role.ts";
import type { LearnerHandle } from "./learner-handle.ts";
import type { LearnerSet } from "./learner-set.ts";
import { type SyncPosition, synchronize } from "./synchronize.ts";

/** Brings those who follow a server to its history: a leader its learners, a follower its observers. */
export class BringUp {
  readonly #context: RoleContext;
  readonly #learners: LearnerSet;
  readonly #position: () => SyncPosition;

  /** @param position where the server stands at the moment */
  constructor(context: RoleContext, learners: LearnerSet, position: () => SyncPosition) {
    this.#context = context;
    this.#learners = learners;
    this.#position = position;
  }

  /** @returns whether the learner may stay */
  introduced(learner: LearnerHandle, info: QuorumPacketOf<"followerInfo" | "observerInfo">): boolean {
    const refusal = this.#refusalOf(learner, info);
    if (refusal !== null) {
      this.#learners.drop(learner, refusal);
      return false;
    }
    learner.introduce(info);
    this.#learners.dropOlder(learner);
    return true;
  }

  #refusalOf(learner: LearnerHandle, info: QuorumPacketOf<"followerInfo" | "observerInfo">): string | null {
    if (learner.stage !== "new") return "it introduced itself twice";
    if (learner.port === "observers" && info.kind !== "observerInfo")
      return "it came to the observers' port as a follower";
    if (info.serverId === this.#context.options.serverId) {
      return `it has this server's own number, "${info.serverId}"`;
    }
    const { version } = this.#context.inForce.committed;
    if (version > 0 && info.configVersion > version) {
      return `it knows a later configuration, ${formatZxid(info.configVersion)}`;
    }
    return null;
  }

  /**
   * A learner that nobody needs has accepted a later epoch, so it can follow no leader of this one. That is not worth an election:
   * it waits here for the leader that comes next.
   */
  letWait({ serverId, acceptedEpoch }: QuorumPacketOf<"followerInfo" | "observerInfo">): void {
    const reason = `server ${serverId} has accepted epoch ${acceptedEpoch} already`;
    this.#context.effects.log("warn", `A later leader is waited for: ${reason}`);
  }

  /** Tells a learner the epoch. */
  inform(learner: LearnerHandle, epoch: number): void {
    learner.stage = "informed";
    const { effects } = this.#context;
    const packet = { kind: "leaderInfo", epoch, protocolVersion: 0x10000 } as const;
    effects.promise(learner.link, packet, effects.lastToken);
  }

  /** A snapshot is much when only a little more is missing than memory has: then the log is read. */
  synchronize(learner: LearnerHandle): void {
    const { history, effects } = this.#context;
    const { lastZxid, link } = learner;
    if (lastZxid <= 0 || lastZxid >= history.base) return this.#synchronizeWith(learner, []);
    learner.stage = "reading";
    learner.readTo = history.base;
    this.#learners.keepWhatIsRead();
    effects.push({ kind: "readLog", link, after: lastZxid, to: history.base });
  }

  /** The log was read for a learner; null where it does not have what is missing. */
  logRead(link: LinkId, entries: readonly LogEntry[] | null): void {
    const learner = this.#learners.get(link);
    if (learner?.stage !== "reading") return;
    this.#synchronizeWith(learner, entries ?? []);
    this.#learners.keepWhatIsRead();
  }

  #synchronizeWith(learner: LearnerHandle, read: readonly LogEntry[]): void {
    synchronize(this.#context, learner, this.#position(), read);
  }
}
