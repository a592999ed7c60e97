import type { Data } from "../data.ts";
import type { CallOptions } from "../session/operation.ts";
import type { ZooKeeper } from "../zookeeper.ts";
import { contend, type Contention, queueOf, tryContend, type Verdict } from "./contention.ts";
import { firstGoes, type LockOptions } from "./lock.ts";
import type { Ownership } from "./ownership.ts";

const READ = "__READ__";
const WRITE = "__WRIT__";

/**
 * A lock that many readers or one writer hold at a time, in order of asking: a reader waits for the writers that asked
 * before it. Shares its queue with Curator's InterProcessReadWriteLock. Not re-entrant.
 */
export class ReadWriteLock {
  readonly path: string;
  readonly #zk: ZooKeeper;
  readonly #read: Contention;
  readonly #write: Contention;

  constructor(zk: ZooKeeper, path: string, { data = null }: LockOptions = {}) {
    this.#zk = zk;
    this.path = path;
    this.#read = contention(path, READ, data, readersGo);
    this.#write = contention(path, WRITE, data, firstGoes);
  }

  /** Waits until no writer is before us. @throws ZooKeeperError OperationTimeout, Aborted, SessionExpired, … */
  acquireRead(options: CallOptions = {}): Promise<Ownership> {
    return contend(this.#zk, this.#read, options);
  }

  /** Waits until nobody is before us. @throws ZooKeeperError OperationTimeout, Aborted, SessionExpired, … */
  acquireWrite(options: CallOptions = {}): Promise<Ownership> {
    return contend(this.#zk, this.#write, options);
  }

  /** The right to read if it can be had at once, else null. */
  tryAcquireRead(): Promise<Ownership | null> {
    return tryContend(this.#zk, this.#read);
  }

  /** The right to write if it can be had at once, else null. */
  tryAcquireWrite(): Promise<Ownership | null> {
    return tryContend(this.#zk, this.#write);
  }

  /** Names of the nodes in the queue, the first first. */
  queue(): Promise<readonly string[]> {
    return queueOf(this.#zk, this.path, [READ, WRITE]);
  }
}

function contention(base: string, prefix: string, data: Data, judge: Contention["judge"]): Contention {
  const attempt = prefix === READ ? "lock for reading" : "lock for writing";
  return { base, attempt, prefix, data, prefixes: [READ, WRITE], judge };
}

/** A reader waits for the last writer before it: those before that one wait for each other. */
function readersGo(queue: readonly string[], own: number): Verdict {
  const writer = queue.slice(0, own).findLast((name) => name.includes(WRITE));
  return writer === undefined ? { mine: true } : { mine: false, wait: writer };
}
