import { nodeName } from "@branta/zookeeper-protocol";
import type { Data } from "../data.ts";
import type { CallOptions } from "../session/operation.ts";
import type { ZooKeeper } from "../zookeeper.ts";
import { contend, type Contention, queueOf, tryContend, type Verdict } from "./contention.ts";
import type { Ownership } from "./ownership.ts";

export interface LockOptions {
  /** What our node in the queue holds: who we are, for people who look. */
  readonly data?: Data | undefined;
}

const PREFIX = "lock-";

/** The first in the queue goes; each of the others waits for the one before it. */
export function firstGoes(queue: readonly string[], own: number): Verdict {
  return own === 0 ? { mine: true } : { mine: false, wait: queue[own - 1]! };
}

/**
 * A lock that one holder in all processes has at a time, in order of asking. Shares its queue with Curator's
 * InterProcessMutex. Not re-entrant: a holder that asks again waits for itself.
 *
 * ```ts
 * await using held = await new Lock(zk, "/locks/report").acquire({ timeoutMs: 10_000 });
 * await write(report, { signal: held.signal, fence: held.fencingToken });
 * ```
 */
export class Lock {
  readonly path: string;
  readonly #zk: ZooKeeper;
  readonly #contention: Contention;

  constructor(zk: ZooKeeper, path: string, { data = null }: LockOptions = {}) {
    this.#zk = zk;
    this.path = path;
    this.#contention = {
      base: path,
      attempt: "lock",
      prefix: PREFIX,
      prefixes: [PREFIX],
      data,
      judge: firstGoes,
    };
  }

  /** Waits for the lock. @throws ZooKeeperError OperationTimeout, Aborted, SessionExpired, NoAuth, … */
  acquire(options: CallOptions = {}): Promise<Ownership> {
    return contend(this.#zk, this.#contention, options);
  }

  /** The lock if it is free, else null. */
  tryAcquire(): Promise<Ownership | null> {
    return tryContend(this.#zk, this.#contention);
  }

  /** Holds the lock while `work` runs, and gives it the signal that the lock is lost. */
  async with<T>(work: (held: Ownership) => Promise<T>, options: CallOptions = {}): Promise<T> {
    await using held = await this.acquire(options);
    return await work(held);
  }

  /** Names of the nodes in the queue, the holder's first. */
  async queue(): Promise<readonly string[]> {
    return (await queueOf(this.#zk, this.path, this.#contention.prefixes)).map(nodeName);
  }
}
