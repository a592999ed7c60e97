import { childPath } from "@branta/zookeeper-protocol";
import type { CallOptions } from "../session/operation.ts";
import { isZooKeeperError } from "../zookeeper-error.ts";
import type { ZooKeeper } from "../zookeeper.ts";
import { ChildrenCache } from "../caches/children-cache.ts";
import { contend, type Contention, queueOf, sortByArrival } from "./contention.ts";
import { firstGoes } from "./lock.ts";
import type { Ownership } from "./ownership.ts";

export interface LeaderElectionOptions {
  /** Who we are, as the others see it. "" if it is not given. */
  readonly id?: string | undefined;
  /** Whose nodes to share: those of Curator's LeaderLatch, or those of its LeaderSelector. "latch". */
  readonly layout?: "latch" | "selector" | undefined;
}

/** One who would lead. */
export interface Participant {
  readonly id: string;
  readonly isLeader: boolean;
}

const PREFIXES = { latch: "latch-", selector: "lock-" } as const;

/**
 * Chooses one of all who ask as the leader, in order of asking; when it resigns or its session ends, the next.
 *
 * ```ts
 * const election = new LeaderElection(zk, "/app/leader", { id: hostname() });
 * for await (const term of election.terms()) await lead(term.signal);
 * ```
 */
export class LeaderElection {
  readonly path: string;
  readonly id: string;
  readonly #zk: ZooKeeper;
  readonly #contention: Contention;

  constructor(zk: ZooKeeper, path: string, { id = "", layout = "latch" }: LeaderElectionOptions = {}) {
    this.#zk = zk;
    this.path = path;
    this.id = id;
    const prefix = PREFIXES[layout];
    this.#contention = {
      base: path,
      attempt: "become leader of",
      prefix,
      prefixes: [prefix],
      data: id,
      judge: firstGoes,
    };
  }

  /**
   * Waits to be elected. The leadership lasts until it is released, or its `signal` is aborted.
   *
   * @throws ZooKeeperError OperationTimeout, Aborted, SessionExpired, …
   */
  lead(options: CallOptions = {}): Promise<Ownership> {
    return contend(this.#zk, this.#contention, options);
  }

  /**
   * One leadership after the other: when the body of the loop is done, it resigns and asks again. Ends when the signal
   * is aborted, or the client is closed.
   */
  async *terms(options: Pick<CallOptions, "signal"> = {}): AsyncGenerator<Ownership, undefined> {
    for (;;) {
      let term: Ownership;
      try {
        term = await this.lead(options);
      } catch (error) {
        if (isZooKeeperError(error, "Aborted", "Closed")) return undefined;
        throw error;
      }
      await using current = term;
      yield current;
    }
  }

  /** All who would lead, the leader first. */
  async participants(): Promise<readonly Participant[]> {
    const queue = await queueOf(this.#zk, this.path, this.#contention.prefixes);
    const ids = await Promise.all(queue.map((name) => this.#idOf(name)));
    return ids.filter((id) => id !== undefined).map((id, index) => ({ id, isLeader: index === 0 }));
  }

  /** The leader's id; undefined if nobody would lead. */
  async leader(): Promise<string | undefined> {
    return (await this.participants())[0]?.id;
  }

  /** The leader's id now, and whenever it changes; undefined while there is none. */
  async *leaders(options: Pick<CallOptions, "signal"> = {}): AsyncGenerator<string | undefined, undefined> {
    await using cache = await ChildrenCache.open(this.#zk, this.path, options);
    const leader = (): { node: string | undefined; id: string | undefined } => {
      const [node] = sortByArrival([...cache.children.keys()], this.#contention.prefixes);
      const data = node === undefined ? undefined : cache.get(node)?.data;
      return { node, id: data === undefined ? undefined : (data?.toString("utf8") ?? "") };
    };
    const changes = cache.changes();
    let last = leader();
    yield last.id;
    for await (const _ of changes) {
      const now = leader();
      if (now.node === last.node) continue;
      last = now;
      yield now.id;
    }
    return undefined;
  }

  async #idOf(name: string): Promise<string | undefined> {
    try {
      const { data } = await this.#zk.get(childPath(this.path, name));
      return data?.toString("utf8") ?? "";
    } catch (error) {
      if (isZooKeeperError(error, "NoNode")) return undefined;
      throw error;
    }
  }
}
