import type { Clock, Timer } from "@branta/foundation-runtime";
import { type DataTree, NO_NODE } from "@branta/zookeeper-engine";
import { ownerTtlMs } from "@branta/zookeeper-protocol";

export interface ContainerCleanerOptions<W extends object> {
  readonly clock: Clock;
  readonly intervalMs: number;
  readonly maxPerMinute: number;
  /** 0: a container that never had a child is kept. */
  readonly maxNeverUsedMs: number;
  tree(): DataTree<W>;
  /** Submits the deletion, which is checked again when it is prepared. */
  remove(path: string): void;
}

/** Removes containers that have lost their last child and TTL nodes that have outlived their time (Apache's ContainerManager). */
export class ContainerCleaner<W extends object> implements Disposable {
  readonly #options: ContainerCleanerOptions<W>;
  #timer: Timer | null = null;
  #queue: string[] = [];

  constructor(options: ContainerCleanerOptions<W>) {
    this.#options = options;
  }

  start(): void {
    this.#timer = this.#options.clock.after(this.#options.intervalMs, () => this.#check());
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  /** The nodes that may go now. */
  candidates(wallMs: number): string[] {
    const tree = this.#options.tree();
    const { znodes } = tree;
    const found: string[] = [];
    for (const path of tree.containers) {
      const id = znodes.find(path);
      if (id === NO_NODE || znodes.childCount(id) > 0) continue;
      const neverUsed = znodes.cversion(id) === 0;
      const { maxNeverUsedMs } = this.#options;
      if (!neverUsed || (maxNeverUsedMs > 0 && wallMs - znodes.mtime(id) > maxNeverUsedMs)) found.push(path);
    }
    for (const path of tree.ttls) {
      const id = znodes.find(path);
      if (id === NO_NODE || znodes.childCount(id) > 0) continue;
      if (wallMs - znodes.mtime(id) > ownerTtlMs(znodes.ephemeralOwner(id))) found.push(path);
    }
    return found;
  }

  #check(): void {
    this.#queue = this.candidates(this.#options.clock.wallMs());
    this.#removeNext();
  }

  /** One at a time, so that many of them do not crowd out the clients. */
  #removeNext(): void {
    const path = this.#queue.shift();
    if (path === undefined) {
      this.start();
      return;
    }
    this.#options.remove(path);
    const pauseMs = Math.floor(60_000 / Math.max(this.#options.maxPerMinute, 1));
    this.#timer = this.#options.clock.after(pauseMs, () => this.#removeNext());
  }
}
