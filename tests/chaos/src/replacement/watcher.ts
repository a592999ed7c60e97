import { isZooKeeperError, type ZooKeeper } from "@branta/zookeeper-client";
import { setTimeout as sleep } from "node:timers/promises";
import { type Load, type LoadReport, SessionWatch } from "./load.ts";

const PATIENCE_MS = 10_000;
const POLL_MS = 20;

/**
 * Follows another client's register by one-shot watches, which all versions have: it must never read an older value,
 * and see the last one.
 */
export class Watcher implements Load {
  readonly #zk: ZooKeeper;
  readonly #path: string;
  readonly #session: SessionWatch;
  readonly #broken: string[] = [];
  #seen = 0;
  #value = 0;
  #isEnded = false;
  #running: Promise<void> = Promise.resolve();

  /** @param path a node that holds numbers that grow */
  constructor(zk: ZooKeeper, path: string) {
    this.#zk = zk;
    this.#path = path;
    this.#session = new SessionWatch(zk);
  }

  start(): void {
    this.#running = this.#follow();
    this.#running.catch(() => {});
  }

  stop(): void {
    // The last event may still be on its way: finish() ends the watch.
  }

  async finish(): Promise<LoadReport> {
    await this.#zk.sync(this.#path);
    const last = Number((await this.#zk.get(this.#path)).data);
    const giveUpMs = performance.now() + PATIENCE_MS;
    while (this.#value !== last && performance.now() < giveUpMs) await sleep(POLL_MS);
    const broken = [...this.#broken, ...this.#session.broken];
    if (this.#value !== last) broken.push(`was told of ${this.#value}, the last value of ${this.#path} is ${last}`);
    this.#isEnded = true;
    // Tells the watch that it is lost.
    await this.#zk.close();
    await this.#running;
    return { name: `watch of ${this.#path}`, done: this.#seen, broken };
  }

  async #follow(): Promise<void> {
    while (!this.#isEnded) {
      const fired = Promise.withResolvers<void>();
      try {
        const { data } = await this.#zk.get(this.#path, { watch: () => fired.resolve() });
        const value = Number(data);
        if (value < this.#value) this.#broken.push(`read ${value} of ${this.#path} after ${this.#value}`);
        this.#value = value;
        await fired.promise;
        this.#seen++;
      } catch (error) {
        if (!isZooKeeperError(error, "ConnectionLoss", "Closed")) throw error;
      }
    }
  }
}
