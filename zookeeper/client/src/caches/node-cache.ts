import type { CallOptions } from "../session/operation.ts";
import type { ZooKeeper } from "../zookeeper.ts";
import type { CachedNode, CacheChange, CacheListener } from "./cached-node.ts";
import { Mirror } from "./mirror.ts";

/** A copy of one node, which may not be there, that follows the server's. */
export class NodeCache implements AsyncDisposable {
  readonly #mirror: Mirror;

  private constructor(mirror: Mirror) {
    this.#mirror = mirror;
  }

  /** Resolves when the node has been read once. @throws ZooKeeperError Aborted, SessionExpired, Closed, … */
  static async open(zk: ZooKeeper, path: string, options: CallOptions = {}): Promise<NodeCache> {
    const mirror = new Mirror(zk, path, { ...options, depth: 0, recursiveWatch: false });
    return new NodeCache(await mirror.start());
  }

  /** The node now; undefined if it is not there. */
  get current(): CachedNode | undefined {
    return this.#mirror.nodes.get(this.#mirror.root);
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
