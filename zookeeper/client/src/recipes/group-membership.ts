import { childPath } from "@branta/zookeeper-protocol";
import { ChildrenCache } from "../caches/children-cache.ts";
import type { Data } from "../data.ts";
import type { CallOptions } from "../session/operation.ts";
import type { ZooKeeper } from "../zookeeper.ts";
import { EphemeralNode } from "./ephemeral-node.ts";

/** Members by id, with what each says of itself. */
export type Members = ReadonlyMap<string, Buffer | null>;

/** Who is there: each member has an ephemeral node below the group's. Shares its nodes with Curator's GroupMember. */
export class GroupMembership implements AsyncDisposable {
  readonly path: string;
  readonly #zk: ZooKeeper;
  readonly #cache: ChildrenCache;

  private constructor(zk: ZooKeeper, path: string, cache: ChildrenCache) {
    this.#zk = zk;
    this.path = path;
    this.#cache = cache;
  }

  /** Follows a group, which may be empty. Resolves when its members are known. */
  static async open(zk: ZooKeeper, path: string, options: CallOptions = {}): Promise<GroupMembership> {
    return new GroupMembership(zk, path, await ChildrenCache.open(zk, path, options));
  }

  /** Joins as `id`; leaves when the result is disposed of, or the session ends. */
  join(id: string, data: Data = null): Promise<EphemeralNode> {
    return EphemeralNode.open(this.#zk, childPath(this.path, id), data);
  }

  /** The members as this process last saw them. */
  get members(): Members {
    return new Map([...this.#cache.children].map(([id, node]) => [id, node.data]));
  }

  /** The members now, and after each change. */
  async *changes(): AsyncGenerator<Members, undefined> {
    const changes = this.#cache.changes();
    yield this.members;
    for await (const _ of changes) yield this.members;
    return undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#cache[Symbol.asyncDispose]();
  }
}
