import type { Clock, Timer } from "@branta/foundation-runtime";

import type { ServerConnection } from "../connection/server-connection.ts";

/** Cuts connections that never ask for a session: they would hold their places for ever. */
export class SessionlessTimeout implements Disposable {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #connections: () => Iterable<ServerConnection>;
  #timer: Timer | null = null;

  constructor(clock: Clock, timeoutMs: number, connections: () => Iterable<ServerConnection>) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#connections = connections;
  }

  start(): void {
    if (this.#timeoutMs <= 0) return;
    this.#timer = this.#clock.after(this.#timeoutMs / 2, () => {
      const oldestMs = this.#clock.nowMs() - this.#timeoutMs;
      for (const connection of this.#connections()) {
        if (connection.isNew && connection.openedAtMs < oldestMs) connection.destroy();
      }
      this.start();
    });
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel();
    this.#timer = null;
  }
}
