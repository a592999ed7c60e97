import type { Clock, Timer } from "@branta/foundation-runtime";
import type { Session, SessionTracker } from "@branta/zookeeper-engine";

/** Wakes up once a tick and hands over the sessions whose time is over. */
export class SessionExpirer implements Disposable {
  readonly #clock: Clock;
  readonly #sessions: SessionTracker;
  readonly #expire: (session: Session) => void;
  #timer: Timer | null = null;

  constructor(clock: Clock, sessions: SessionTracker, expire: (session: Session) => void) {
    this.#clock = clock;
    this.#sessions = sessions;
    this.#expire = expire;
  }

  start(): void {
    const waitMs = Math.max(this.#sessions.nextExpiryMs - this.#clock.nowMs(), 1);
    this.#timer = this.#clock.after(waitMs, () => {
      for (const session of this.#sessions.expire(this.#clock.nowMs())) this.#expire(session);
      this.start();
    });
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel();
    this.#timer = null;
  }
}
