import type { SessionTouch } from "@branta/zookeeper-protocol";

import { SessionIds } from "./session-ids.ts";
import { NOBODY, type Session } from "./session-tracker.ts";

/**
 * The sessions whose clients are connected to a learner. It decides nothing about them: which of them were heard of goes to
 * the leader with each ping, and the leader lets them expire (Apache's LearnerSessionTracker).
 */
export class LearnerSessions {
  readonly #ids: SessionIds;
  readonly #known: ReadonlyMap<bigint, number>;
  readonly #attached = new Map<bigint, Session>();
  #touched = new Set<Session>();

  /** @param options.known the ensemble's sessions, as transactions tell */
  constructor(options: { firstId: bigint; known: ReadonlyMap<bigint, number> }) {
    this.#ids = new SessionIds(options.firstId);
    this.#known = options.known;
  }

  /** Sessions of all servers. */
  get size(): number {
    return this.#known.size;
  }

  /** None: the leader lets them expire. */
  sessions(): readonly Session[] {
    return [];
  }

  nextId(): bigint {
    return this.#ids.next();
  }

  /** A client says that it has this session; times are monotonic milliseconds. */
  attach(id: bigint, timeoutMs: number, nowMs: number): Session {
    const session: Session = { id, timeoutMs, expiresAtMs: -1, isClosing: false, owner: NOBODY };
    this.#attached.set(id, session);
    this.touch(session, nowMs);
    return session;
  }

  get(id: bigint): Session | undefined {
    return this.#attached.get(id);
  }

  touch(session: Session, nowMs: number): void {
    session.expiresAtMs = nowMs + session.timeoutMs;
    this.#touched.add(session);
  }

  /** The client's connection is gone; that it was heard before is still told. */
  detach(session: Session): void {
    if (this.#attached.get(session.id) === session) this.#attached.delete(session.id);
  }

  /** The session is over. */
  remove(id: bigint): void {
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
    this.#touched = new Set();
    return touches;
  }
}
