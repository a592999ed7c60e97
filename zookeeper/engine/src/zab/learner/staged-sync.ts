import { formatZxid } from "@branta/zookeeper-protocol";

import type { LogEntry, PersistToken, SnapshotRef } from "../effects.ts";
import { followsOn } from "../follows-on.ts";
import type { History } from "../history.ts";
import type { Membership } from "../membership.ts";

/** A proposal that is logged while the leader does not want to hear of it yet. */
export interface HeldAck {
  readonly zxid: number;
  readonly token: PersistToken;
}

/**
 * What a leader sends between its first word and NEWLEADER. Nothing of it touches disk or memory before it is whole, so a
 * leader that is lost half-way leaves the learner as it was.
 */
export class StagedSync {
  readonly kind: "diff" | "trunc" | "snap";
  /** Where the learner stands before the entries. */
  readonly start: number;
  readonly entries: LogEntry[] = [];
  ref: SnapshotRef | null = null;
  #committed: number;

  /** @param zxid as the packet names it; a DIFF goes on from where the learner is */
  constructor(kind: "diff" | "trunc" | "snap", zxid: number, history: History) {
    this.kind = kind;
    this.start = kind === "diff" ? history.last : zxid;
    this.#committed = this.start;
  }

  get last(): number {
    return this.entries.at(-1)?.zxid ?? this.start;
  }

  /** Entries up to here are the leader's established history. */
  get committed(): number {
    return this.#committed;
  }

  get isComplete(): boolean {
    return this.kind !== "snap" || this.ref !== null;
  }

  /** Null, or why the entry cannot be the next. */
  add(entry: LogEntry): string | null {
    if (!followsOn(entry.zxid, this.last)) return `${formatZxid(entry.zxid)} does not follow ${formatZxid(this.last)}`;
    this.entries.push(entry);
    return null;
  }

  /** Null, or why this cannot be committed. */
  commit(zxid: number): string | null {
    if (zxid > this.last) return `${formatZxid(zxid)} is committed but was not proposed`;
    this.#committed = Math.max(this.#committed, zxid);
    return null;
  }

  /** Makes it the learner's history: on disk in this order, before the caller enters the epoch. */
  settle(history: History, membership: Membership): void {
    if (this.kind === "trunc") {
      history.truncate(this.start);
      membership.forgetAfter(this.start);
    } else if (this.kind === "snap") {
      history.replace(this.ref!, this.start);
      // What is committed or about to be stands in NEWLEADER.
      membership.forgetAfter(0);
    }
    for (const entry of this.entries) history.append(entry);
  }
}
