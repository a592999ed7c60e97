import type { EffectQueue } from "./effect-queue.ts";
import type { LogEntry, PersistToken, SnapshotRef } from "./effects.ts";
import { MUST_NOT_VOTE } from "./election/proposal.ts";
import { followsOn } from "./follows-on.ts";
import { hasPosition, indexAfter, positionBefore, type Stretch } from "./stretch.ts";
import { assert, assertPosition } from "./assert.ts";
import type { DurableState } from "./zab-options.ts";

/** An append on its way to the disk. */
interface Unsynced {
  readonly zxid: number;
  readonly token: PersistToken;
}

/** Beyond so many windows of entries nobody is waited for: 100 000 transactions by default. */
const KEPT_WINDOWS_MAX = 200;

/**
 * A server's transactions: on disk all of them, in memory the latest. Three marks divide them, none ever behind the next:
 *
 * ```
 *   base …… applied ………… durable ……… last
 *           tree so far   on disk     written
 * ```
 *
 * The tree shows committed transactions only. What is logged and not known to be committed waits here, so leaving a role
 * needs nothing undone.
 */
export class History implements Stretch {
  readonly #effects: EffectQueue;
  readonly #windowEntries: number;
  /** The latest entries, contiguous up to {@link last}. */
  #entries: LogEntry[];
  /** The position before the first entry kept: an entry no longer here, or a snapshot's zxid. */
  #base: number;
  #applied: number;
  #durable: number;
  /** Entries up to here are committed and are applied as soon as they are durable. */
  #committed: number;
  #unsynced: Unsynced[] = [];
  /** Where the log on disk begins: it cannot be cut back further. */
  #floor: number;
  #isAbandoned = false;
  /** Entries after this position stay in memory, for somebody who reads the log on disk up to there; Infinity for nobody. */
  keepAfter = Infinity;

  constructor(durable: DurableState, effects: EffectQueue, windowEntries: number) {
    this.#effects = effects;
    this.#windowEntries = windowEntries;
    this.#entries = [...durable.recent];
    const first = this.#entries[0];
    const last = this.#entries.at(-1);
    assert(last === undefined || last.zxid <= durable.lastZxid, "the log ends behind the database");
    // A database may end with a position that no entry has: the beginning of an epoch.
    if (last !== undefined && last.zxid < durable.lastZxid) this.#entries = [];
    this.#base = first === undefined || this.#entries.length === 0 ? durable.lastZxid : positionBefore(first.zxid);
    this.#applied = durable.lastZxid;
    this.#durable = durable.lastZxid;
    this.#committed = durable.lastZxid;
    this.#floor = durable.oldestZxid;
    this.#trim();
  }

  /** The last transaction logged; durable once {@link EffectQueue.lastToken} is. */
  get last(): number {
    return this.#entries.at(-1)?.zxid ?? this.#base;
  }

  /**
   * What this server says in elections and to leaders of where its log ends: {@link MUST_NOT_VOTE} once it was
   * {@link abandon}ed.
   */
  get claim(): number {
    return this.#isAbandoned ? MUST_NOT_VOTE : this.last;
  }

  /** Whether the log can be cut back to there. */
  reachesBackTo(zxid: number): boolean {
    return zxid >= this.#floor;
  }

  /**
   * This history is not the leader's, and cannot be cut back to where it was: it came in a snapshot, from a leader that was
   * lost before its epoch was established. Nothing is removed, but only another snapshot makes a history of it again.
   */
  abandon(): void {
    this.#isAbandoned = true;
  }

  /** The last transaction in the tree. */
  get applied(): number {
    return this.#applied;
  }

  /** The last transaction on disk. */
  get durable(): number {
    return this.#durable;
  }

  /** The last transaction known to be committed; applied as soon as it is on disk here. */
  get committed(): number {
    return this.#committed;
  }

  /** The position before the oldest entry in memory. */
  get base(): number {
    return this.#base;
  }

  /** Entries in memory, oldest first. */
  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /** The first entry greater than `zxid`, if it is in memory. */
  next(zxid: number): LogEntry | undefined {
    return this.#entries[this.indexAfter(zxid)];
  }

  /** Index of the first entry greater than `zxid`. */
  indexAfter(zxid: number): number {
    return indexAfter(this.#entries, zxid);
  }

  /** Whether this very position is in the part of the history that is in memory. */
  has(zxid: number): boolean {
    return hasPosition(this, zxid);
  }

  /** Logs an entry. @throws ZabError when it does not follow the last one */
  append(entry: LogEntry): PersistToken {
    const { last } = this;
    assertPosition(followsOn(entry.zxid, last), entry.zxid, "does not follow", last);
    this.#entries.push(entry);
    const token = this.#effects.persist({ kind: "append", entry });
    this.#unsynced.push({ zxid: entry.zxid, token });
    return token;
  }

  /** Cuts off everything after `zxid`, which must be in the history; the runtime checks it where memory does not reach back. */
  truncate(zxid: number): void {
    const isKnown = this.has(zxid) || zxid < this.#base;
    assertPosition(isKnown, zxid, "was to be cut back to, but is not in the log, which ends at", this.last);
    this.#entries.length = this.indexAfter(zxid);
    this.#base = Math.min(this.#base, zxid);
    this.#unsynced = this.#unsynced.filter((write) => write.zxid <= zxid);
    this.#durable = Math.min(this.#durable, zxid);
    this.#effects.persist({ kind: "truncate", zxid });
    if (this.#applied <= zxid) return;
    // Only after a restart, which had to take the whole log for history.
    this.#applied = zxid;
    this.#committed = zxid;
    this.#effects.push({ kind: "reload", zxid });
  }

  /** Everything is replaced by a leader's snapshot. */
  replace(ref: SnapshotRef, zxid: number): void {
    this.#effects.persist({ kind: "snapshot", ref, zxid });
    this.#floor = zxid;
    this.#isAbandoned = false;
    this.#entries = [];
    this.#unsynced = [];
    this.#base = zxid;
    this.#durable = zxid;
    this.#applied = zxid;
    this.#committed = zxid;
    this.#effects.push({ kind: "restore", ref, zxid });
  }

  /** All up to `zxid` is committed. */
  commit(zxid: number): void {
    assertPosition(zxid <= this.last, zxid, "was to be committed, but the log ends at", this.last);
    this.#committed = Math.max(this.#committed, zxid);
    this.#apply();
  }

  /** Writes up to the token are on disk. */
  persisted(token: PersistToken): void {
    let done = 0;
    while (done < this.#unsynced.length && this.#unsynced[done]!.token <= token) done++;
    if (done === 0) return;
    this.#durable = this.#unsynced[done - 1]!.zxid;
    this.#unsynced.splice(0, done);
    this.#apply();
  }

  #apply(): void {
    const upTo = Math.min(this.#committed, this.#durable);
    if (upTo <= this.#applied) return;
    for (let index = this.indexAfter(this.#applied); index < this.#entries.length; index++) {
      const entry = this.#entries[index]!;
      if (entry.zxid > upTo) break;
      this.#applied = entry.zxid;
      this.#effects.commit(entry);
    }
    this.#trim();
  }

  /** Forgets the oldest; in lumps, for moving an array costs. */
  #trim(): void {
    if (this.#entries.length < this.#windowEntries * 2) return;
    const isKept = this.#entries.length < this.#windowEntries * KEPT_WINDOWS_MAX;
    const upTo = isKept ? Math.min(this.#applied, this.keepAfter) : this.#applied;
    const surplus = Math.min(this.#entries.length - this.#windowEntries, this.indexAfter(upTo));
    if (surplus <= 0) return;
    this.#base = this.#entries[surplus - 1]!.zxid;
    this.#entries.splice(0, surplus);
  }
}
