import type { CallOptions } from "../session/operation.ts";
import type { ZooKeeper } from "../zookeeper.ts";
import type { CachedNode, CacheChange, CacheListener } from "./cached-node.ts";
import { Mirror } from "./mirror.ts";

export interface TreeCacheOptions extends CallOptions {
  /** Levels below the node that are kept; all if it is not given. */
  readonly maxDepth?: number | undefined;
}

/**
 * A copy of a node and of everything below it that follows the server's: by one recursive watch, or, where the server
 * is older than 3.6, by a watch on every node.
 */
export class TreeCache implements AsyncDisposable {
  readonly #mirror: Mirror;

  private constructor(mirror: Mirror) {
    this.#mirror = mirror;
  }

  /** Resolves when the tree has been read once. @throws ZooKeeperError Aborted, SessionExpired, Closed, … */
  static async open(zk: ZooKeeper, path: string, options: TreeCacheOptions = {}): Promise<TreeCache> {
    const { maxDepth = Number.POSITIVE_INFINITY, ...call } = options;
    const mirror = new Mirror(zk, path, { ...call, depth: maxDepth, recursiveWatch: !zk.isOldServer });
    return new TreeCache(await mirror.start());
  }

  /** All nodes now, by path. */
  get nodes(): ReadonlyMap<string, CachedNode> {
    return this.#mirror.nodes;
  }

  /** One node now. */
  get(path: string): CachedNode | undefined {
    return this.#mirror.nodes.get(path);
  }

  /** Names of a node's children now. */
  childrenOf(path: string): ReadonlySet<string> {
    return this.#mirror.childrenOf(path);
  }

  onChange(listener: CacheListener): Disposable {
    return this.#mirror.onChange(listener);
  }

  /** The changes from now on. */
  changes(): AsyncIterableIterator<CacheChange, undefined> & AsyncDisposable {
    return this.#mirror.changes();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#mirror[Symbol.asyncDispose]();
  }
}
