import type { SessionState, ZooKeeper } from "@branta/zookeeper-client";

/** What a client of the load has to say at the end. */
export interface LoadReport {
  /** Who. */
  readonly name: string;
  /** Acknowledged writes, locks taken, events seen: so that nobody mistakes standing still for success. */
  readonly done: number;
  /** Broken promises, in words. */
  readonly broken: readonly string[];
}

/** Something that works on an ensemble while its servers are replaced. */
export interface Load {
  /** Works until {@link stop}. */
  start(): void;
  stop(): void;
  /** Ends its work; looks, when all servers are back, whether every promise was kept; closes its sessions. */
  finish(): Promise<LoadReport>;
}

/** Watches over a session that must never end. */
export class SessionWatch {
  readonly #zk: ZooKeeper;
  readonly #id: bigint | undefined;
  readonly #states: SessionState[] = [];

  constructor(zk: ZooKeeper) {
    this.#zk = zk;
    this.#id = zk.session?.id;
    zk.onState((state) => this.#states.push(state));
  }

  /** Why the session is not the one it was. */
  get broken(): string[] {
    if (this.#zk.session?.id === this.#id && !this.#states.includes("expired")) return [];
    return [`session 0x${this.#id?.toString(16)} is over: ${this.#states.join(", ")}`];
  }
}
