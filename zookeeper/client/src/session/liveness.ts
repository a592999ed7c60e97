import { failure } from "../zookeeper-error.ts";

/**
 * Says, as an AbortSignal, how long a session may be believed to live.
 *
 * A client that is cut off cannot know when the server expires it, so it must stop believing on its own: one session
 * timeout after the last moment at which the server is known to have heard from it. Locks and leaderships hang on this.
 */
export class SessionLiveness {
  #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  /** Aborted when the session is over, or can no longer be believed to live. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The server has confirmed the session. What hung on an aborted signal stays aborted; a new one begins. */
  confirm(): void {
    clearTimeout(this.#timer);
    if (this.#controller.signal.aborted) this.#controller = new AbortController();
  }

  /** The connection is lost: believe for `remainingMs` more. */
  doubt(remainingMs: number): void {
    clearTimeout(this.#timer);
    const reason = "the session may have expired while the client was cut off";
    this.#timer = setTimeout(() => this.lose(reason), Math.max(0, remainingMs));
    this.#timer.unref();
  }

  lose(reason: string): void {
    clearTimeout(this.#timer);
    this.#controller.abort(failure("SessionExpired", "keep session", undefined, { detail: reason }));
  }
}
