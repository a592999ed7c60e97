import { childPath, parentPath } from "@branta/zookeeper-protocol";
import { AsyncQueue } from "../async-queue.ts";
import type { CallOptions } from "../session/operation.ts";
import { isConnected } from "../session/session-state.ts";
import type { WatchCallback } from "../session/watch-registry.ts";
import { isZooKeeperError, type ZooKeeperError } from "../zookeeper-error.ts";
import type { ZooKeeper } from "../zookeeper.ts";
import { Deadline } from "../deadline.ts";
import type { CachedNode, CacheChange, CacheListener } from "./cached-node.ts";
import { OnceAtATime } from "./once-at-a-time.ts";

export interface MirrorOptions extends CallOptions {
  /** Levels below the root that are kept: 0 the root alone, 1 its children, too. */
  readonly depth: number;
  /** Follows changes with one recursive watch where the server knows it, else with a one-shot watch on every node. */
  readonly recursiveWatch: boolean;
}

const MAX_READS = 256;
const MAX_BUFFERED_CHANGES = 65_536;
const RETRY_AFTER_MS = 1_000;
/** Errors after which the mirror cannot go on. */
const FINAL = ["Closed", "AuthFailed", "SessionExpired"] as const;

/**
 * A copy of a node and of what is below it that follows the server's. What the caches are made of.
 *
 * Each node is read again whenever an event names it, and events that come while it is being read make it be read once
 * more; so the copy is never older than the last event, whatever the order in which answers and events arrive.
 */
export class Mirror implements AsyncDisposable {
  readonly root: string;
  readonly nodes: ReadonlyMap<string, CachedNode>;
  readonly #zk: ZooKeeper;
  readonly #options: MirrorOptions;
  readonly #nodes = new Map<string, CachedNode>();
  readonly #children = new Map<string, Set<string>>();
  readonly #data: OnceAtATime;
  readonly #lists: OnceAtATime;
  readonly #listeners = new Set<CacheListener>();
  readonly #stop = new AbortController();
  readonly #ready = Promise.withResolvers<void>();
  readonly #rootDepth: number;
  #oneShot: boolean;
  /** Reading was given up somewhere for want of a connection. */
  #incomplete = false;
  #retryTimer: NodeJS.Timeout | undefined;
  #following: Promise<void> | undefined;
  #subscription: Disposable | undefined;

  constructor(zk: ZooKeeper, root: string, options: MirrorOptions) {
    this.#zk = zk;
    this.root = root;
    this.nodes = this.#nodes;
    this.#options = options;
    this.#oneShot = !options.recursiveWatch;
    this.#rootDepth = depthOf(root);
    const idle = (): void => this.#onIdle();
    this.#data = new OnceAtATime(MAX_READS, (path) => this.#readData(path), idle);
    this.#lists = new OnceAtATime(MAX_READS, (path) => this.#readChildren(path), idle);
  }

  /** Begins to follow, and resolves when everything has been read once. */
  async start(): Promise<this> {
    this.#subscription = this.#zk.onState((state, previous) => {
      if (!isConnected(state)) return;
      // One-shot watches survive a reconnect, but not an expiry.
      if (this.#incomplete || (this.#oneShot && previous === "connecting")) this.#readAll();
    });
    if (this.#oneShot) this.#readAll();
    else this.#following = this.#follow();
    using deadline = new Deadline(this.#options, "fill cache of", this.root);
    try {
      await deadline.race(this.#ready.promise);
      return this;
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Calls `listener` for each change from now on. */
  onChange(listener: CacheListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** The changes from now on. A loop that is too slow finds one `resync` in place of what was dropped. */
  changes(wanted: (change: CacheChange) => boolean = () => true): AsyncQueue<CacheChange> {
    const subscription = this.onChange((change) => {
      if (wanted(change)) queue.push(change);
    });
    const onStop = (): void => {
      const { reason } = this.#stop.signal;
      queue.end(isZooKeeperError(reason) && reason.code !== "Closed" ? reason : undefined);
    };
    const queue = new AsyncQueue<CacheChange>({
      limit: MAX_BUFFERED_CHANGES,
      overflow: () => ({ type: "resync" }),
      onClose: () => {
        subscription[Symbol.dispose]();
        this.#stop.signal.removeEventListener("abort", onStop);
      },
    });
    this.#stop.signal.addEventListener("abort", onStop, { once: true });
    if (this.#stop.signal.aborted) onStop();
    return queue;
  }

  /** Names of the children that are kept of a node. */
  childrenOf(path: string): ReadonlySet<string> {
    return this.#children.get(path) ?? new Set();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#subscription?.[Symbol.dispose]();
    clearTimeout(this.#retryTimer);
    this.#stop.abort();
    await this.#following;
  }

  async #follow(): Promise<void> {
    try {
      for await (const event of this.#zk.watch(this.root, { recursive: true, signal: this.#stop.signal })) {
        if (event.type === "resync") this.#readAll();
        else if (depthOf(event.path) - this.#rootDepth <= this.#options.depth) this.#data.ask(event.path);
      }
    } catch (error) {
      if (isZooKeeperError(error, "Unimplemented")) {
        this.#oneShot = true;
        // The server closes the connection over a request it does not know: the reads wait for the next one.
        this.#readAll();
      } else this.#fail(error as ZooKeeperError);
    }
  }

  /** Reads the root and all that is or may be below it. */
  #readAll(): void {
    this.#incomplete = false;
    this.#data.ask(this.root);
    for (const path of this.#nodes.keys()) {
      this.#data.ask(path);
      this.#askList(path);
    }
  }

  async #readData(path: string): Promise<void> {
    await this.#guarded(async () => {
      const found = await this.#zk.get(path, this.#watching(path));
      if (this.#data.isStale(path) || this.#stop.signal.aborted) return;
      const previous = this.#nodes.get(path);
      const node = { path, data: found.data, stat: found.stat };
      this.#put(node, previous);
      // A node that is new here may have had children before anyone looked.
      if (previous?.stat.czxid !== node.stat.czxid) this.#askList(path);
    }, path);
  }

  async #readChildren(path: string): Promise<void> {
    await this.#guarded(async () => {
      const { children } = await this.#zk.children(path, this.#watching(path));
      if (this.#lists.isStale(path) || this.#stop.signal.aborted) return;
      const listed = new Set(children);
      for (const name of this.childrenOf(path)) if (!listed.has(name)) this.#data.ask(childPath(path, name));
      for (const name of listed) if (!this.#nodes.has(childPath(path, name))) this.#data.ask(childPath(path, name));
    }, path);
  }

  /** Runs a read; a node that is not there, or not for us, goes. */
  async #guarded(read: () => Promise<void>, path: string): Promise<void> {
    if (this.#stop.signal.aborted) return;
    try {
      await read();
    } catch (error) {
      if (isZooKeeperError(error, "NoNode", "NoAuth")) await this.#onGone(path);
      else if (isZooKeeperError(error, ...FINAL)) this.#fail(error);
      else this.#retryLater();
    }
  }

  async #onGone(path: string): Promise<void> {
    this.#remove(path);
    if (path !== this.root || !this.#oneShot) return;
    // Only exists leaves a watch where there is nothing.
    const stat = await this.#zk.exists(path, this.#watching(path)).catch(() => undefined);
    if (stat === undefined) this.#retryLater();
    else if (stat !== null) this.#data.ask(path);
  }

  #watching(path: string): { watch?: WatchCallback; signal: AbortSignal } {
    const { signal } = this.#stop;
    if (!this.#oneShot) return { signal };
    const watch: WatchCallback = (event) => {
      if (signal.aborted || event.type === "lost") return;
      if (event.type === "childrenChanged") this.#askList(path);
      else this.#data.ask(path);
    };
    return { watch, signal };
  }

  #askList(path: string): void {
    if (depthOf(path) - this.#rootDepth < this.#options.depth) this.#lists.ask(path);
  }

  #put(node: CachedNode, previous: CachedNode | undefined): void {
    if (previous?.stat.mzxid === node.stat.mzxid && previous.stat.czxid === node.stat.czxid) {
      this.#nodes.set(node.path, node);
      return;
    }
    this.#nodes.set(node.path, node);
    if (node.path !== this.root) {
      const parent = parentPath(node.path);
      const siblings = this.#children.get(parent) ?? new Set();
      this.#children.set(parent, siblings.add(node.path.slice(node.path.lastIndexOf("/") + 1)));
    }
    this.#tell(previous === undefined ? { type: "added", node } : { type: "changed", node, previous });
  }

  #remove(path: string): void {
    for (const name of this.childrenOf(path)) this.#remove(childPath(path, name));
    this.#children.delete(path);
    this.#children.get(parentPath(path))?.delete(path.slice(path.lastIndexOf("/") + 1));
    const node = this.#nodes.get(path);
    if (node === undefined) return;
    this.#nodes.delete(path);
    this.#tell({ type: "removed", node });
  }

  #tell(change: CacheChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  #onIdle(): void {
    if (this.#data.idle && this.#lists.idle && !this.#incomplete) this.#ready.resolve();
  }

  /** Something could not be read: all is read again on the next connection, or in a while on this one. */
  #retryLater(): void {
    this.#incomplete = true;
    this.#retryTimer ??= setTimeout(() => {
      this.#retryTimer = undefined;
      if (this.#incomplete && !this.#stop.signal.aborted && isConnected(this.#zk.state)) this.#readAll();
    }, RETRY_AFTER_MS).unref();
  }

  #fail(error: ZooKeeperError): void {
    if (isZooKeeperError(error, "SessionExpired") && this.#zk.renews) {
      this.#incomplete = true;
      return;
    }
    this.#ready.reject(error);
    this.#ready.promise.catch(() => {});
    this.#stop.abort(error);
  }
}

function depthOf(path: string): number {
  return path === "/" ? 0 : path.split("/").length - 1;
}
