import type { Clock, Timer } from "@branta/foundation-runtime";

import type { ServerConnection } from "../connection/server-connection.ts";

/** Cuts connections that never ask for a session: they would hold their places for ever. */
export class SessionlessTimeout implements Disposable {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #connections: () => Iterable<ServerConnection>;
  readonly #onExpired: () => void;
  #timer: Timer | null = null;

  constructor(
    clock: Clock,
    timeoutMs: number,
    hooks: { connections(): Iterable<ServerConnection>; onExpired(): void },
  ) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#connections = () => hooks.connections();
    this.#onExpired = () => hooks.onExpired();
  }

  start(): void {
    if (this.#timeoutMs <= 0) return;
    this.#timer = this.#clock.after(this.#timeoutMs / 2, () => {
      const oldestMs = this.#clock.nowMs() - this.#timeoutMs;
      for (const connection of this.#connections()) {
        if (!connection.isNew || connection.openedAtMs >= oldestMs) continue;
        this.#onExpired();
        connection.destroy();
      }
      this.start();
    });
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel();
    this.#timer = null;
  }
}
