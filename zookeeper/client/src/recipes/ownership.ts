import type { WatchEvent } from "../session/watch-registry.ts";
import { failure, isZooKeeperError } from "../zookeeper-error.ts";
import type { ZooKeeper } from "../zookeeper.ts";
import { guaranteedDelete, insist } from "./guaranteed.ts";

/** What is held: a lock, a lease, a leadership. Released when disposed of. */
export class Ownership implements AsyncDisposable {
  /** The ephemeral node that stands for it. */
  readonly path: string;
  /**
   * The zxid of that node's create: greater than that of every earlier owner. Whoever is written to should refuse a
   * smaller one than it has seen, since an owner may be late without knowing.
   */
  readonly fencingToken: number;
  readonly #zk: ZooKeeper;
  readonly #lost = new AbortController();
  readonly #session: AbortSignal;
  readonly #sessionId: bigint | undefined;
  readonly #onSessionLost: () => void;
  #release: Promise<void> | undefined;

  private constructor(zk: ZooKeeper, path: string, fencingToken: number) {
    this.#zk = zk;
    this.path = path;
    this.fencingToken = fencingToken;
    this.#sessionId = zk.session?.id;
    this.#session = zk.sessionSignal;
    this.#onSessionLost = () => this.#lose(this.#session.reason);
    this.#session.addEventListener("abort", this.#onSessionLost, { once: true });
  }

  /** Takes what the node at `path` stands for; undefined if the node, or the session it belongs to, has gone. */
  static async take(zk: ZooKeeper, path: string): Promise<Ownership | undefined> {
    const stat = await insist(() => zk.exists(path));
    if (stat === null || stat.ephemeralOwner !== zk.session?.id) return undefined;
    const ownership = new Ownership(zk, path, stat.czxid);
    await ownership.#watch();
    return ownership.held ? ownership : undefined;
  }

  /**
   * Aborted when it is no longer held, or can no longer be believed to be: the session is over, the client has been cut
   * off for the session timeout, or somebody has removed the node. Give it to everything done in its name.
   */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  get held(): boolean {
    return !this.#lost.signal.aborted;
  }

  /** @throws ZooKeeperError OwnershipLost if it is not held any more. */
  assertHeld(): void {
    this.#lost.signal.throwIfAborted();
  }

  /** Gives it up. Resolves when the server has removed the node, or the session is over. */
  release(): Promise<void> {
    this.#release ??= this.#giveUp();
    return this.#release;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }

  async #giveUp(): Promise<void> {
    this.#lose(failure("OwnershipLost", "hold", this.path, { detail: "it was released" }));
    // A node of an earlier session has gone with it; its path cannot be another's, since its name is unique.
    await guaranteedDelete(this.#zk, this.path);
  }

  /** Whoever removes the node takes it away from us. */
  async #watch(): Promise<void> {
    const watch = (event: WatchEvent): void => {
      if (!this.held) return;
      if (event.type === "dataChanged") void this.#watch();
      else this.#lose(failure("OwnershipLost", "hold", this.path, { detail: `its node is ${event.type}` }));
    };
    try {
      const stat = await insist(() => this.#zk.exists(this.path, { watch }));
      if (stat === null || stat.ephemeralOwner !== this.#sessionId) {
        this.#lose(failure("OwnershipLost", "hold", this.path, { detail: "its node has gone" }));
      }
    } catch (error) {
      this.#lose(error);
    }
  }

  #lose(cause: unknown): void {
    if (!this.held) return;
    this.#session.removeEventListener("abort", this.#onSessionLost);
    const isOurs = isZooKeeperError(cause, "OwnershipLost");
    this.#lost.abort(isOurs ? cause : failure("OwnershipLost", "hold", this.path, { cause }));
  }
}
