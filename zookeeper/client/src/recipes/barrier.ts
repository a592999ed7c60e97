import type { CallOptions } from "../session/operation.ts";
import { failure } from "../zookeeper-error.ts";
import type { ZooKeeper } from "../zookeeper.ts";
import { Deadline } from "../deadline.ts";
import { guaranteedCreate, guaranteedDelete, insist } from "./guaranteed.ts";

/** A node that holds everyone up as long as it is there. The same as Curator's DistributedBarrier. */
export class Barrier {
  readonly path: string;
  readonly #zk: ZooKeeper;

  constructor(zk: ZooKeeper, path: string) {
    this.#zk = zk;
    this.path = path;
  }

  /** Puts the barrier up; nothing happens if it is up. */
  set(): Promise<void> {
    return guaranteedCreate(this.#zk, this.path, null);
  }

  /** Takes the barrier down; nothing happens if it is down. */
  remove(): Promise<void> {
    return guaranteedDelete(this.#zk, this.path);
  }

  /** Waits until the barrier is down. @throws ZooKeeperError OperationTimeout, Aborted, SessionExpired, … */
  async wait(options: CallOptions = {}): Promise<void> {
    using deadline = new Deadline(options, "pass barrier", this.path);
    for (;;) {
      const { there, changed } = await deadline.race(lookAndWatch(this.#zk, this.path));
      if (!there) return;
      await deadline.race(changed);
    }
  }
}

/** Whether a node is there, and a promise of the next change of that. */
export async function lookAndWatch(zk: ZooKeeper, path: string): Promise<{ there: boolean; changed: Promise<void> }> {
  const changed = Promise.withResolvers<void>();
  changed.promise.catch(() => {});
  const stat = await insist(() =>
    zk.exists(path, {
      watch: (event) => {
        if (event.type !== "lost") changed.resolve();
        else changed.reject(failure(event.reason === "closed" ? "Closed" : "SessionExpired", "wait for", path));
      },
    }),
  );
  return { there: stat !== null, changed: changed.promise };
}
