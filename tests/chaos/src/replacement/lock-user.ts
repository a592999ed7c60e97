import { isZooKeeperError, Lock, type ZooKeeper } from "@branta/zookeeper-client";
import { setTimeout as sleep } from "node:timers/promises";
import { type Load, type LoadReport, SessionWatch } from "./load.ts";

const HOLD_MS = 5;

/** Several sessions that take turns with one lock; a second one inside while the first still believes in its lock is a broken promise. */
export class LockUsers implements Load {
  readonly #clients: readonly ZooKeeper[];
  readonly #path: string;
  readonly #sessions: readonly SessionWatch[];
  readonly #broken: string[] = [];
  #holders = 0;
  #taken = 0;
  #lastToken = 0;
  #isStopped = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(clients: readonly ZooKeeper[], path: string) {
    this.#clients = clients;
    this.#path = path;
    this.#sessions = clients.map((zk) => new SessionWatch(zk));
  }

  start(): void {
    this.#running = Promise.all(this.#clients.map((zk) => this.#takeTurns(zk)));
    this.#running.catch(() => {});
  }

  stop(): void {
    this.#isStopped = true;
  }

  async finish(): Promise<LoadReport> {
    await this.#running;
    const broken = [...this.#broken, ...this.#sessions.flatMap((session) => session.broken)];
    await Promise.all(this.#clients.map((zk) => zk.close()));
    return { name: this.#path, done: this.#taken, broken };
  }

  async #takeTurns(zk: ZooKeeper): Promise<void> {
    const lock = new Lock(zk, this.#path);
    while (!this.#isStopped) {
      try {
        await using held = await lock.acquire({ timeoutMs: 30_000 });
        if (this.#holders++ > 0) this.#broken.push(`two hold the lock, token ${held.fencingToken}`);
        if (held.fencingToken <= this.#lastToken) this.#broken.push(`token ${held.fencingToken} is not a new one`);
        this.#lastToken = held.fencingToken;
        this.#taken++;
        await sleep(HOLD_MS);
        this.#holders--;
        if (!held.held) this.#broken.push(`lost the lock, token ${held.fencingToken}, while holding it`);
      } catch (error) {
        if (!isZooKeeperError(error, "ConnectionLoss")) throw error;
      }
    }
  }
}
