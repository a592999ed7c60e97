import { SessionIds } from "./session-ids.ts";

/** A client's session as this server tracks it. Identity matters: requests hold the object itself. */
export interface Session {
  readonly id: bigint;
  timeoutMs: number;
  /** The bucket in which it will expire unless it is touched: monotonic milliseconds. */
  expiresAtMs: number;
  /** Closing or expired: refuses further writes, though its closing transaction is still on its way. */
  isClosing: boolean;
  /** Where its client is connected, for a leader: one of its links, {@link HERE}, or {@link NOBODY} for not known yet. */
  owner: number;
  /** Known to the server its client is connected to and to nobody else, as long as it owns no ephemeral node. */
  isLocal: boolean;
}

/** A session's client is connected to this server itself. */
export const HERE = 0;
/** Nobody has asked for anything in the session's name since this server tracks it. */
export const NOBODY = -1;

/**
 * Sessions and when they expire, in buckets of one tick (Apache's SessionTrackerImpl and ExpiryQueue): touching a
 * session costs a division and, once a tick, two set operations. Time comes in as an argument.
 */
export class SessionTracker {
  readonly #tickTimeMs: number;
  readonly #sessions = new Map<bigint, Session>();
  readonly #buckets = new Map<number, Set<Session>>();
  #localCount = 0;
  #nextBucketMs: number;
  readonly #ids: SessionIds;

  constructor(options: { tickTimeMs: number; nowMs: number; firstId: bigint }) {
    this.#tickTimeMs = options.tickTimeMs;
    this.#nextBucketMs = this.#bucketOf(options.nowMs);
    this.#ids = new SessionIds(options.firstId);
  }

  /** Sessions of the whole ensemble. */
  get size(): number {
    return this.#sessions.size - this.#localCount;
  }

  get localCount(): number {
    return this.#localCount;
  }

  /** A new session id; no two calls answer the same. */
  nextId(): bigint {
    return this.#ids.next();
  }

  /** Begins to track a session, or gives a known one a new timeout. */
  track(id: bigint, timeoutMs: number, nowMs: number): Session {
    let session = this.#sessions.get(id);
    if (session === undefined) {
      session = { id, timeoutMs, expiresAtMs: -1, isClosing: false, owner: NOBODY, isLocal: false };
      this.#sessions.set(id, session);
    }
    session.timeoutMs = timeoutMs;
    this.touch(session, nowMs);
    return session;
  }

  /** As {@link track}, for a session that no other server knows. */
  trackLocal(id: bigint, timeoutMs: number, nowMs: number): Session {
    const session = this.track(id, timeoutMs, nowMs);
    if (!session.isLocal) this.#localCount++;
    session.isLocal = true;
    return session;
  }

  /** The session is to be known to all servers from now on. */
  upgrade(session: Session): void {
    if (session.isLocal) this.#localCount--;
    session.isLocal = false;
  }

  /** Gives a session out of hand that lives on elsewhere. */
  release(session: Session): void {
    this.upgrade(session);
    this.#sessions.delete(session.id);
    this.#leaveBucket(session);
  }

  get(id: bigint): Session | undefined {
    return this.#sessions.get(id);
  }

  /** Puts off expiry: the client has been heard. */
  touch(session: Session, nowMs: number): void {
    const bucketMs = this.#bucketOf(nowMs + session.timeoutMs);
    if (bucketMs === session.expiresAtMs || session.isClosing) return;
    this.#leaveBucket(session);
    session.expiresAtMs = bucketMs;
    let bucket = this.#buckets.get(bucketMs);
    if (bucket === undefined) this.#buckets.set(bucketMs, (bucket = new Set<Session>()));
    bucket.add(session);
  }

  /** From now on the session accepts nothing more. */
  markClosing(session: Session): void {
    session.isClosing = true;
  }

  remove(id: bigint): void {
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    session.isClosing = true;
    this.release(session);
  }

  /**
   * The sessions whose time is over, now marked as closing. `spare` may save one: its client could not be heard, through
   * no fault of its own.
   */
  expire(nowMs: number, spare: (session: Session) => boolean = () => false): Session[] {
    const expired: Session[] = [];
    const spared: Session[] = [];
    for (; this.#nextBucketMs <= nowMs; this.#nextBucketMs += this.#tickTimeMs) {
      for (const session of this.#buckets.get(this.#nextBucketMs) ?? []) {
        // One that is closing already has its closing transaction on the way.
        if (session.isClosing) continue;
        if (spare(session)) {
          spared.push(session);
          continue;
        }
        session.isClosing = true;
        expired.push(session);
      }
      this.#buckets.delete(this.#nextBucketMs);
    }
    for (const session of spared) this.touch(session, nowMs);
    return expired;
  }

  /** When {@link expire} next has something to look at: monotonic milliseconds. */
  get nextExpiryMs(): number {
    return this.#nextBucketMs;
  }

  sessions(): IterableIterator<Session> {
    return this.#sessions.values();
  }

  #leaveBucket(session: Session): void {
    const bucket = this.#buckets.get(session.expiresAtMs);
    if (bucket === undefined) return;
    bucket.delete(session);
    if (bucket.size === 0) this.#buckets.delete(session.expiresAtMs);
  }

  #bucketOf(timeMs: number): number {
    return (Math.floor(timeMs / this.#tickTimeMs) + 1) * this.#tickTimeMs;
  }
}
