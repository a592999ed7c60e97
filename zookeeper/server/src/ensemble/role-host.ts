import type { DataTree, LinkId, LogEntry, RoleStatus, ServerId } from "@branta/zookeeper-engine";
import type { QuorumPacket, SessionTouch } from "@branta/zookeeper-protocol";

import type { ServerConnection } from "../connection/server-connection.ts";
import { idleCore } from "./idle-core.ts";
import { LeaderCore } from "./leader-core.ts";
import { LearnerCore } from "./learner-core.ts";
import type { EnsembleParts, LeaderPorts, LearnerPorts, RoleCore } from "./role-core.ts";

export interface RoleHostOptions {
  readonly tree: DataTree<ServerConnection>;
  /** What a core of any role is made of, around this tree. */
  parts(tree: DataTree<ServerConnection>): EnsembleParts;
  /** For a leader of this epoch. */
  leaderPorts(epoch: number): LeaderPorts;
  /** For a learner of the present leader. */
  learnerPorts(): LearnerPorts;
  /** Whether clients may use this server while it leads. */
  readonly leaderServes: boolean;
}

const IDLE = "idle";

/** Gives the tree the request side of the role that the server has, and takes it away with the role. */
export class RoleHost implements Disposable {
  readonly #options: RoleHostOptions;
  #core: RoleCore;
  /** Which role the core is for. */
  #serving = IDLE;
  #isFlushing = false;

  constructor(options: RoleHostOptions) {
    this.#options = options;
    this.#core = idleCore(options.parts(options.tree));
  }

  /** The core of the moment. */
  get core(): RoleCore {
    return this.#core;
  }

  get tree(): DataTree<ServerConnection> {
    return this.#core.tree;
  }

  /** The server's role, or where it stands in it, is another one. */
  changed({ role, phase, epoch, leader }: RoleStatus): void {
    const serving = phase === "broadcast" ? `${role} ${leader} in ${epoch}` : IDLE;
    if (serving === this.#serving) return;
    this.#serving = serving;
    const { parts, leaderPorts, learnerPorts, leaderServes } = this.#options;
    const { tree } = this.#core;
    this.#core[Symbol.dispose]();
    if (serving === IDLE) {
      this.#core = idleCore(parts(tree));
      return;
    }
    const isLeader = role === "leading";
    const core = isLeader
      ? new LeaderCore(parts(tree), leaderPorts(epoch), epoch)
      : new LearnerCore(parts(tree), learnerPorts());
    this.#core = core;
    core.start();
    if (isLeader && !leaderServes) core.isServing = false;
  }

  /** Another tree takes the place of this one. The server serves nobody at the moment. */
  replaceTree(tree: DataTree<ServerConnection>): void {
    if (this.#serving !== IDLE) throw new Error(`Cannot replace the tree: the server is ${this.#serving}`);
    this.#core[Symbol.dispose]();
    this.#core = idleCore(this.#options.parts(tree));
  }

  committed(entry: LogEntry): void {
    this.#core.committed(entry);
    this.#flushSoon();
  }

  received(link: LinkId, from: ServerId, packet: QuorumPacket): void {
    this.#core.received(link, from, packet);
    this.#flushSoon();
  }

  synced(ticket: number): void {
    this.#core.synced(ticket);
    this.#flushSoon();
  }

  drained(): void {
    this.#core.drained();
  }

  takeTouches(): SessionTouch[] {
    return this.#core.takeTouches();
  }

  [Symbol.dispose](): void {
    this.#core[Symbol.dispose]();
  }

  /** Once for everything that one turn brings: a chunk of bytes from a link, a batch from the disk. */
  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    queueMicrotask(() => {
      this.#isFlushing = false;
      this.#core.flush();
    });
  }
}
