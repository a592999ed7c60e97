import type { ZooKeeperError } from "../zookeeper-error.ts";
import type { Operation } from "./operation.ts";

/** A request between its call and its answer. */
export interface Pending {
  readonly operation: Operation<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: ZooKeeperError) => void;
  /** Called once when the request is answered or given up, to release timers and listeners. */
  release: (() => void) | undefined;
  xid: number;
  /** True once nobody waits for it; a late answer is dropped. */
  settled: boolean;
  /** How often it was sent and not answered. */
  losses: number;
  /** When it was asked, by the monotonic clock, ms. */
  askedAtMs: number;
  /** When it was last sent, ms. */
  sentAtMs: number;
}

/** A first-in-first-out queue with constant-time ends: a request and its answer pass through one each. */
export class PendingQueue {
  #items: (Pending | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(pending: Pending): void {
    this.#items.push(pending);
  }

  peek(): Pending | undefined {
    return this.#items[this.#head];
  }

  shift(): Pending | undefined {
    const pending = this.#items[this.#head];
    if (pending === undefined) return undefined;
    this.#items[this.#head++] = undefined;
    if (this.#head === this.#items.length) {
      this.#items.length = 0;
      this.#head = 0;
    } else if (this.#head >= 1024 && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return pending;
  }

  /** Takes all out, in order. */
  drain(): Pending[] {
    const all = this.#items.slice(this.#head) as Pending[];
    this.#items = [];
    this.#head = 0;
    return all;
  }
}
