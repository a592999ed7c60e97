import { childPath } from "@branta/zookeeper-protocol";
import { randomUUID } from "node:crypto";
import type { CallOptions } from "../session/operation.ts";
import { failure, isZooKeeperError } from "../zookeeper-error.ts";
import type { ZooKeeper } from "../zookeeper.ts";
import { lookAndWatch } from "./barrier.ts";
import { Deadline } from "../deadline.ts";
import { guaranteedCreate, guaranteedDelete, insist } from "./guaranteed.ts";

const READY = "ready";

/**
 * Lets a number of members begin together and end together. Shares its nodes with Curator's DistributedDoubleBarrier.
 * Each member has a DoubleBarrier of its own, and uses it once.
 */
export class DoubleBarrier {
  readonly path: string;
  readonly #zk: ZooKeeper;
  readonly #memberCount: number;
  readonly #own = randomUUID();

  /** @param memberCount members that must have entered before any goes on */
  constructor(zk: ZooKeeper, path: string, memberCount: number) {
    if (!(memberCount >= 1)) {
      throw failure("InvalidArgument", "make double barrier", path, { detail: `memberCount is ${memberCount}` });
    }
    this.#zk = zk;
    this.path = path;
    this.#memberCount = memberCount;
  }

  /** Waits until all have entered. @throws ZooKeeperError OperationTimeout, Aborted, SessionExpired, … */
  async enter(options: CallOptions = {}): Promise<void> {
    using deadline = new Deadline(options, "enter barrier", this.path);
    const ready = childPath(this.path, READY);
    const { there, changed } = await deadline.race(lookAndWatch(this.#zk, ready));
    // The name is ours alone: who finds it there has made it before.
    await deadline.race(guaranteedCreate(this.#zk, childPath(this.path, this.#own), null, { ephemeral: true }));
    if (there) return;
    const { children } = await deadline.race(insist(() => this.#zk.children(this.path)));
    if (children.length < this.#memberCount) {
      await deadline.race(changed);
      return;
    }
    await deadline.race(guaranteedCreate(this.#zk, ready, null));
  }

  /** Waits until all have left. @throws ZooKeeperError OperationTimeout, Aborted, SessionExpired, … */
  async leave(options: CallOptions = {}): Promise<void> {
    using deadline = new Deadline(options, "leave barrier", this.path);
    for (;;) {
      const others = await deadline.race(this.#members());
      const own = others.indexOf(this.#own);
      if (others.length === 0 || (others.length === 1 && own === 0)) break;
      // The lowest waits for the highest; the others go away, and wait for the lowest.
      const awaited = childPath(this.path, own === 0 ? others.at(-1)! : others[0]!);
      const { there, changed } = await deadline.race(lookAndWatch(this.#zk, awaited));
      if (own > 0) await guaranteedDelete(this.#zk, childPath(this.path, this.#own));
      if (there) await deadline.race(changed);
    }
    await guaranteedDelete(this.#zk, childPath(this.path, this.#own));
    await guaranteedDelete(this.#zk, childPath(this.path, READY));
  }

  async #members(): Promise<string[]> {
    try {
      const { children } = await insist(() => this.#zk.children(this.path));
      return children.filter((name) => name !== READY).sort();
    } catch (error) {
      if (isZooKeeperError(error, "NoNode")) return [];
      throw error;
    }
  }
}
