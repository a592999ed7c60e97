import type { SessionTouch } from "@branta/zookeeper-protocol";

import { SessionIds } from "./session-ids.ts";
import { NOBODY, type Session, type SessionTracker } from "./session-tracker.ts";

export interface LearnerSessionsOptions {
  readonly firstId: bigint;
  /** The ensemble's sessions, as transactions tell. */
  readonly known: ReadonlyMap<bigint, number>;
  /** Keeps the sessions that nobody else knows. */
  readonly locals: SessionTracker;
}

/**
 * The sessions whose clients are connected to a learner. It decides nothing about them: which of them were heard of goes to
 * the leader with each ping, and the leader lets them expire (Apache's LearnerSessionTracker). Local ones are its own.
 */
export class LearnerSessions {
  readonly #options: LearnerSessionsOptions;
  readonly #ids: SessionIds;
  readonly #attached = new Map<bigint, Session>();
  #touched = new Set<Session>();
  /** Sessions at this server's observers, with their timeouts. */
  #heardElsewhere = new Map<bigint, number>();

  constructor(options: LearnerSessionsOptions) {
    this.#options = options;
    this.#ids = new SessionIds(options.firstId);
  }

  /** Sessions of all servers. */
  get size(): number {
    return this.#options.known.size;
  }

  get localCount(): number {
    return this.#options.locals.localCount;
  }

  /** Those that expire here: local ones. */
  sessions(): Iterable<Session> {
    return this.#options.locals.sessions();
  }

  nextId(): bigint {
    return this.#ids.next();
  }

  /** A client says that it has this session of the ensemble's; times are monotonic milliseconds. */
  attach(id: bigint, timeoutMs: number, nowMs: number): Session {
    const session: Session = { id, timeoutMs, expiresAtMs: -1, isClosing: false, owner: NOBODY, isLocal: false };
    this.#attached.set(id, session);
    this.touch(session, nowMs);
    return session;
  }

  /** A client has a session that only this server knows. */
  attachLocal(id: bigint, timeoutMs: number, nowMs: number): Session {
    const session = this.#options.locals.trackLocal(id, timeoutMs, nowMs);
    this.#attached.set(id, session);
    return session;
  }

  get(id: bigint): Session | undefined {
    return this.#attached.get(id);
  }

  /** A session that only this server knows, its client connected or not. */
  local(id: bigint): Session | undefined {
    return this.#options.locals.get(id);
  }

  touch(session: Session, nowMs: number): void {
    if (session.isLocal) {
      this.#options.locals.touch(session, nowMs);
      return;
    }
    session.expiresAtMs = nowMs + session.timeoutMs;
    this.#touched.add(session);
  }

  /** An observer that follows this server has heard of a session. */
  heardElsewhere(id: bigint, timeoutMs: number): void {
    this.#heardElsewhere.set(id, timeoutMs);
  }

  /** A local session becomes one of the ensemble's. */
  upgrade(session: Session, nowMs: number): void {
    this.#options.locals.release(session);
    this.touch(session, nowMs);
  }

  /** The client's connection is gone; that it was heard before is still told. */
  detach(session: Session): void {
    if (this.#attached.get(session.id) === session) this.#attached.delete(session.id);
  }

  /** The session is over. */
  remove(id: bigint): void {
    this.#options.locals.remove(id);
    const session = this.#attached.get(id);
    if (session === undefined) return;
    session.isClosing = true;
    this.#attached.delete(id);
    this.#touched.delete(session);
  }

  /** Takes what was heard of since the last call. */
  takeTouches(): SessionTouch[] {
    const touches: SessionTouch[] = [];
    for (const { id, timeoutMs } of this.#touched) touches.push({ sessionId: id, timeoutMs });
    for (const [sessionId, timeoutMs] of this.#heardElsewhere) touches.push({ sessionId, timeoutMs });
    this.#touched = new Set();
    this.#heardElsewhere = new Map();
    return touches;
  }
}
