import { childPath, nodeName } from "@branta/zookeeper-protocol";
import type { Data } from "../data.ts";
import type { CallOptions } from "../session/operation.ts";
import { failure, isZooKeeperError } from "../zookeeper-error.ts";
import type { ZooKeeper } from "../zookeeper.ts";
import { Deadline } from "../deadline.ts";
import { createProtected, guaranteedDelete, insist } from "./guaranteed.ts";
import { Lock } from "./lock.ts";
import { Ownership } from "./ownership.ts";

export interface SemaphoreOptions {
  /** Leases that may be held at a time. A function is asked at each turn, for a number that lives in a SharedCount. */
  readonly maxLeases: number | (() => number);
  /** What the node of a lease holds. */
  readonly data?: Data | undefined;
}

const LOCKS = "locks";
const LEASES = "leases";
const PREFIX = "lease-";

/**
 * So many leases at a time in all processes, in order of asking. Shares its nodes with Curator's InterProcessSemaphoreV2.
 * The number is a convention: all who use the path must have the same.
 */
export class Semaphore {
  readonly path: string;
  readonly #zk: ZooKeeper;
  readonly #options: SemaphoreOptions;
  readonly #turn: Lock;
  readonly #leases: string;

  constructor(zk: ZooKeeper, path: string, options: SemaphoreOptions) {
    this.#zk = zk;
    this.path = path;
    this.#options = options;
    this.#turn = new Lock(zk, childPath(path, LOCKS));
    this.#leases = childPath(path, LEASES);
  }

  /** Waits for a lease. @throws ZooKeeperError OperationTimeout, Aborted, SessionExpired, … */
  async acquire(options: CallOptions = {}): Promise<Ownership> {
    using deadline = new Deadline(options, "take lease of", this.path);
    for (;;) {
      try {
        // Whose turn it is waits for room; the others wait for the turn.
        await using _turn = await this.#turn.acquire({ signal: deadline.signal });
        const lease = await this.#takeLease(deadline);
        if (lease !== undefined) return lease;
      } catch (error) {
        deadline.check();
        if (!isZooKeeperError(error, "SessionExpired") || !this.#zk.renews) throw error;
        await deadline.race(this.#zk.connected());
      }
    }
  }

  /** Names of the nodes of the leases that are held, or are about to be. */
  async leases(): Promise<readonly string[]> {
    try {
      return (await insist(() => this.#zk.children(this.#leases))).children;
    } catch (error) {
      if (isZooKeeperError(error, "NoNode")) return [];
      throw error;
    }
  }

  async #takeLease(deadline: Deadline): Promise<Ownership | undefined> {
    const { data = null } = this.#options;
    const node = { ephemeral: true, sequential: true };
    const { path } = await createProtected(this.#zk, childPath(this.#leases, PREFIX), data, node);
    try {
      if (await this.#waitForRoom(path, deadline)) return await Ownership.take(this.#zk, path);
    } catch (error) {
      void guaranteedDelete(this.#zk, path).catch(() => {});
      throw error;
    }
    return undefined;
  }

  /** False if our node has gone, with the session or by somebody's hand. */
  async #waitForRoom(path: string, deadline: Deadline): Promise<boolean> {
    const { maxLeases } = this.#options;
    for (;;) {
      deadline.check();
      const changed = Promise.withResolvers<void>();
      changed.promise.catch(() => {});
      const { children } = await insist(() =>
        this.#zk.children(this.#leases, {
          watch: (event) => {
            if (event.type !== "lost") changed.resolve();
            else changed.reject(failure("SessionExpired", "take lease of", this.path));
          },
        }),
      );
      if (!children.includes(nodeName(path))) return false;
      if (children.length <= (typeof maxLeases === "function" ? maxLeases() : maxLeases)) return true;
      await deadline.race(changed.promise);
    }
  }
}
