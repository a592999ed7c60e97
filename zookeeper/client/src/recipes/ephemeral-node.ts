import { type Data, toBytes } from "../data.ts";
import type { NodeData } from "../operations/read.ts";
import { isConnected } from "../session/session-state.ts";
import type { WatchCallback, WatchEvent } from "../session/watch-registry.ts";
import { isZooKeeperError } from "../zookeeper-error.ts";
import type { ZooKeeper } from "../zookeeper.ts";
import { guaranteedDelete } from "./guaranteed.ts";

const RETRY_AFTER_MS = 1_000;

/**
 * An ephemeral node that stays as long as this object: it is made again if somebody removes it, and, with
 * `onExpiry: "renew"`, in each new session. As Curator's PersistentNode does.
 */
export class EphemeralNode implements AsyncDisposable {
  readonly path: string;
  readonly #zk: ZooKeeper;
  readonly #subscription: Disposable;
  #data: Buffer | null;
  #work: Promise<void> = Promise.resolve();
  readonly #stop = Promise.withResolvers<void>();
  #closed = false;
  #retry: NodeJS.Timeout | undefined;

  private constructor(zk: ZooKeeper, path: string, data: Data) {
    this.#zk = zk;
    this.path = path;
    this.#data = toBytes(data);
    this.#subscription = zk.onState((state, previous) => {
      if (isConnected(state) && previous === "connecting") this.#later();
    });
  }

  /** Makes the node. If another session has it still (ours before a restart, perhaps), waits until it goes. */
  static async open(zk: ZooKeeper, path: string, data: Data = null): Promise<EphemeralNode> {
    const node = new EphemeralNode(zk, path, data);
    try {
      await node.#ensure();
      return node;
    } catch (error) {
      await node[Symbol.asyncDispose]();
      throw error;
    }
  }

  get data(): Buffer | null {
    return this.#data;
  }

  /** Changes what the node holds, now and whenever it is made again. */
  async setData(data: Data): Promise<void> {
    this.#data = toBytes(data);
    try {
      await this.#zk.set(this.path, this.#data);
    } catch (error) {
      if (!isZooKeeperError(error, "NoNode", "ConnectionLoss")) throw error;
      this.#later();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#stop.resolve();
    this.#subscription[Symbol.dispose]();
    clearTimeout(this.#retry);
    await this.#work;
    if (await this.#isOurs()) await guaranteedDelete(this.#zk, this.path);
  }

  /** One repair at a time, each after the one before. */
  #later(): void {
    this.#work = this.#work
      .then(() => this.#ensure())
      .catch((error: unknown) => {
        if (this.#closed || isZooKeeperError(error, "Closed", "AuthFailed", "SessionExpired")) return;
        this.#retry = setTimeout(() => this.#later(), RETRY_AFTER_MS).unref();
      });
  }

  /** Makes the node if it is not there, gives it our data if it has others, and watches over it. */
  async #ensure(): Promise<void> {
    while (!this.#closed) {
      await this.#create();
      const changed = Promise.withResolvers<void>();
      const found = await this.#look((event) => this.#onEvent(event, changed));
      if (found === undefined) continue;
      if (found.stat.ephemeralOwner !== this.#zk.session?.id) {
        await Promise.race([changed.promise, this.#stop.promise]);
      } else if (sameBytes(found.data, this.#data)) return;
      else await this.#zk.set(this.path, this.#data);
    }
  }

  async #look(watch: WatchCallback): Promise<NodeData | undefined> {
    try {
      return await this.#zk.get(this.path, { watch });
    } catch (error) {
      if (isZooKeeperError(error, "NoNode", "ConnectionLoss")) return undefined;
      throw error;
    }
  }

  #onEvent(event: WatchEvent, changed: PromiseWithResolvers<void>): void {
    changed.resolve();
    if (!this.#closed && event.type !== "lost") this.#later();
  }

  async #create(): Promise<void> {
    try {
      await this.#zk.create(this.path, this.#data, { ephemeral: true, parents: "containers" });
    } catch (error) {
      if (!isZooKeeperError(error, "NodeExists", "ConnectionLoss")) throw error;
    }
  }

  async #isOurs(): Promise<boolean> {
    try {
      return (await this.#zk.exists(this.path))?.ephemeralOwner === this.#zk.session?.id;
    } catch {
      // With the session the node goes, too.
      return false;
    }
  }
}

function sameBytes(a: Buffer | null, b: Buffer | null): boolean {
  return a === null || b === null ? a === b : a.equals(b);
}
