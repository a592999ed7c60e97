import { childPath, nodeName } from "@branta/zookeeper-protocol";
import type { CallOptions } from "../session/operation.ts";
import type { ZooKeeper } from "../zookeeper.ts";
import type { CachedNode, CacheChange, CacheListener } from "./cached-node.ts";
import { Mirror } from "./mirror.ts";

/** A copy of a node's children, with their data, that follows the server's. The node itself may come and go. */
export class ChildrenCache implements AsyncDisposable {
  readonly #mirror: Mirror;

  private constructor(mirror: Mirror) {
    this.#mirror = mirror;
  }

  /** Resolves when the children have been read once. @throws ZooKeeperError Aborted, SessionExpired, Closed, … */
  static async open(zk: ZooKeeper, path: string, options: CallOptions = {}): Promise<ChildrenCache> {
    const mirror = new Mirror(zk, path, { ...options, depth: 1, recursiveWatch: false });
    return new ChildrenCache(await mirror.start());
  }

  /** The children now, by name. */
  get children(): ReadonlyMap<string, CachedNode> {
    const { nodes, root } = this.#mirror;
    const children = [...nodes.values()].filter(({ path }) => path !== root);
    return new Map(children.map((node) => [nodeName(node.path), node]));
  }

  /** One child now. */
  get(name: string): CachedNode | undefined {
    return this.#mirror.nodes.get(childPath(this.#mirror.root, name));
  }

  /** Calls `listener` for each change of a child. */
  onChange(listener: CacheListener): Disposable {
    return this.#mirror.onChange((change) => {
      if (this.#isOfChild(change)) listener(change);
    });
  }

  /** The changes of children from now on. */
  changes(): AsyncIterableIterator<CacheChange, undefined> & AsyncDisposable {
    return this.#mirror.changes((change) => this.#isOfChild(change));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#mirror[Symbol.asyncDispose]();
  }

  #isOfChild(change: CacheChange): boolean {
    return change.type === "resync" || change.node.path !== this.#mirror.root;
  }
}
