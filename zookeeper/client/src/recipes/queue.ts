import { childPath } from "@branta/zookeeper-protocol";
import type { Data } from "../data.ts";
import type { CallOptions } from "../session/operation.ts";
import { failure, isZooKeeperError } from "../zookeeper-error.ts";
import type { ZooKeeper } from "../zookeeper.ts";
import { Deadline } from "../deadline.ts";
import { insist } from "./guaranteed.ts";

const PREFIX = "qn-";

/**
 * A queue of small items, first in, first out, each taken by one taker. Shares its nodes with Curator's
 * SimpleDistributedQueue. For hundreds of items, not for millions: every taker lists them all.
 *
 * An item is removed before it is answered, so whoever dies in between loses it; a ConnectionLoss leaves open whether
 * an item was added or removed.
 */
export class Queue {
  readonly path: string;
  readonly #zk: ZooKeeper;
  #ensured = false;

  constructor(zk: ZooKeeper, path: string) {
    this.#zk = zk;
    this.path = path;
  }

  /** Adds an item. Answers its node's path. */
  async offer(data: Data, options: CallOptions = {}): Promise<string> {
    const node = { ...options, sequential: true, parents: "containers" } as const;
    return (await this.#zk.create(childPath(this.path, PREFIX), data, node)).path;
  }

  /** Takes the first item, and waits for one if there is none. @throws ZooKeeperError OperationTimeout, Aborted, … */
  async take(options: CallOptions = {}): Promise<Buffer | null> {
    using deadline = new Deadline(options, "take from queue", this.path);
    for (;;) {
      const changed = Promise.withResolvers<void>();
      changed.promise.catch(() => {});
      const names = await deadline.race(this.#watchedItems(changed));
      for (const name of names) {
        deadline.check();
        const item = await this.#remove(name);
        if (item !== undefined) return item.data;
      }
      await deadline.race(changed.promise);
    }
  }

  /** Takes the first item; undefined if there is none. */
  async poll(): Promise<Buffer | null | undefined> {
    for (const name of await this.#items()) {
      const item = await this.#remove(name);
      if (item !== undefined) return item.data;
    }
    return undefined;
  }

  /** The first item, which stays; undefined if there is none. */
  async peek(): Promise<Buffer | null | undefined> {
    for (const name of await this.#items()) {
      const item = await this.#get(name);
      if (item !== undefined) return item.data;
    }
    return undefined;
  }

  /** How many items there are. */
  async size(): Promise<number> {
    return (await this.#items()).length;
  }

  async #items(): Promise<string[]> {
    try {
      return itemsOf((await insist(() => this.#zk.children(this.path))).children);
    } catch (error) {
      if (isZooKeeperError(error, "NoNode")) return [];
      throw error;
    }
  }

  /** A watch of children needs a node; being a container it may go when the last item is taken. */
  async #watchedItems(changed: PromiseWithResolvers<void>): Promise<string[]> {
    const watch: Parameters<ZooKeeper["children"]>[1] = {
      watch: (event) => {
        if (event.type !== "lost") changed.resolve();
        else changed.reject(failure(event.reason === "closed" ? "Closed" : "SessionExpired", "wait for", this.path));
      },
    };
    for (;;) {
      if (!this.#ensured) await this.#zk.ensurePath(this.path, { container: true });
      this.#ensured = true;
      try {
        return itemsOf((await insist(() => this.#zk.children(this.path, watch))).children);
      } catch (error) {
        if (!isZooKeeperError(error, "NoNode")) throw error;
        this.#ensured = false;
      }
    }
  }

  /** undefined if another was faster. */
  async #remove(name: string): Promise<{ data: Buffer | null } | undefined> {
    const item = await this.#get(name);
    if (item === undefined) return undefined;
    try {
      await this.#zk.delete(childPath(this.path, name));
      return item;
    } catch (error) {
      if (isZooKeeperError(error, "NoNode")) return undefined;
      throw error;
    }
  }

  async #get(name: string): Promise<{ data: Buffer | null } | undefined> {
    try {
      return await insist(() => this.#zk.get(childPath(this.path, name)));
    } catch (error) {
      if (isZooKeeperError(error, "NoNode")) return undefined;
      throw error;
    }
  }
}

function itemsOf(children: readonly string[]): string[] {
  return children.filter((name) => name.startsWith(PREFIX)).sort();
}
