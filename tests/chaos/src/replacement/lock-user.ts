import { isZooKeeperError, Lock, type ZooKeeper } from "@branta/zookeeper-client";
import { setTimeout as sleep } from "node:timers/promises";
import { type Load, type LoadReport, SessionWatch } from "./load.ts";

const HOLD_MS = 5;
/** How long one of the few may wait for its turn. */
const TURN_MS = 30_000;

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

  /** Somebody in the queue does not go on. */
  async #timedOut(lock: Lock): Promise<void> {
    const queue = await lock.queue();
    this.#broken.push(`no turn in ${TURN_MS} ms; the queue is now ${queue.join(", ") || "empty"}`);
  }

  async #takeTurns(zk: ZooKeeper): Promise<void> {
    const lock = new Lock(zk, this.#path);
    while (!this.#isStopped) {
      try {
        await using held = await lock.acquire({ timeoutMs: TURN_MS });
        if (this.#holders++ > 0) this.#broken.push(`two hold the lock, token ${held.fencingToken}`);
        if (held.fencingToken <= this.#lastToken) this.#broken.push(`token ${held.fencingToken} is not a new one`);
        this.#lastToken = held.fencingToken;
        this.#taken++;
        await sleep(HOLD_MS);
        this.#holders--;
        if (!held.held) this.#broken.push(`lost the lock, token ${held.fencingToken}, while holding it`);
      } catch (error) {
        if (isZooKeeperError(error, "OperationTimeout")) await this.#timedOut(lock);
        else if (!isZooKeeperError(error, "ConnectionLoss")) throw error;
      }
    }
  }
}
