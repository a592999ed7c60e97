import { failure, type ZooKeeperError } from "../zookeeper-error.ts";
import type { Connection } from "./connection.ts";

/** Longest silence of ours, whatever the session timeout, ms: so that idle connections survive middle boxes. */
const MAX_PING_INTERVAL_MS = 10_000;

/**
 * Pings a server that has not heard from us for a third of the session timeout, and gives up on one that we have not
 * heard from for two thirds: the last third is for finding another before the session expires.
 */
export class KeepAlive implements Disposable {
  readonly #connection: Connection;
  readonly #pingAfterMs: number;
  readonly #silentAfterMs: number;
  readonly #ping: () => void;
  readonly #silent: (silentMs: number) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(connection: Connection, timeoutMs: number, on: { ping(): void; silent(silentMs: number): void }) {
    this.#connection = connection;
    this.#pingAfterMs = Math.min(timeoutMs / 3, MAX_PING_INTERVAL_MS);
    this.#silentAfterMs = (timeoutMs * 2) / 3;
    this.#ping = () => on.ping();
    this.#silent = (silentMs) => on.silent(silentMs);
    this.#schedule();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(): void {
    const now = performance.now();
    const pingDueMs = this.#connection.sentAtMs + this.#pingAfterMs - now;
    const silentDueMs = this.#connection.heardAtMs + this.#silentAfterMs - now;
    this.#timer = setTimeout(() => this.#check(), Math.max(1, Math.ceil(Math.min(pingDueMs, silentDueMs))));
  }

  #check(): void {
    const now = performance.now();
    if (now - this.#connection.heardAtMs >= this.#silentAfterMs) {
      // If it was this process that stood still, the answers may lie in the socket: let it be read before we judge.
      setImmediate(() => this.#judge());
      return;
    }
    if (now - this.#connection.sentAtMs >= this.#pingAfterMs) this.#ping();
    this.#schedule();
  }

  #judge(): void {
    if (this.#timer === undefined) return;
    const silentMs = performance.now() - this.#connection.heardAtMs;
    if (silentMs >= this.#silentAfterMs) this.#silent(silentMs);
    else this.#schedule();
  }
}

/** Why a connection is given up that says nothing any more. */
export function silence(server: string, silentMs: number): ZooKeeperError {
  const detail = `server "${server}" has been silent for ${Math.round(silentMs)} ms`;
  return failure("ConnectionLoss", "keep connection", undefined, { detail });
}
