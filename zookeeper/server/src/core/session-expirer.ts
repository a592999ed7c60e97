import type { Clock, Timer } from "@branta/foundation-runtime";
import type { Session, SessionTracker } from "@branta/zookeeper-engine";

/** Wakes up once a tick and hands over the sessions whose time is over. */
export class SessionExpirer implements Disposable {
  readonly #clock: Clock;
  readonly #sessions: SessionTracker;
  readonly #expire: (session: Session) => void;
  readonly #spare: (session: Session, lateMs: number) => boolean;
  #timer: Timer | null = null;

  /**
   * @param hooks.spare tells that a session's client was not listened to, so that its silence proves nothing; `lateMs`: how
   *   late this look at the sessions comes, which is long after a stall of this process
   */
  constructor(
    clock: Clock,
    sessions: SessionTracker,
    hooks: { expire(session: Session): void; spare(session: Session, lateMs: number): boolean },
  ) {
    this.#clock = clock;
    this.#sessions = sessions;
    this.#expire = hooks.expire;
    this.#spare = hooks.spare;
  }

  start(): void {
    const nowMs = this.#clock.nowMs();
    const waitMs = Math.max(this.#sessions.nextExpiryMs - nowMs, 1);
    this.#timer = this.#clock.after(waitMs, () => {
      // After a stall of this process the clients' signs of life are waiting in their sockets: read them first.
      this.#clock.soon(() => {
        if (this.#timer === null) return;
        const atMs = this.#clock.nowMs();
        const lateMs = atMs - nowMs - waitMs;
        for (const session of this.#sessions.expire(atMs, (it) => this.#spare(it, lateMs))) this.#expire(session);
        this.start();
      });
    });
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel();
    this.#timer = null;
  }
}
