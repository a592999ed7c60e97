import type { Clock, Timer } from "@branta/foundation-runtime";
import type { DataTree, LinkId, LogEntry, RoleStatus, ServerId } from "@branta/zookeeper-engine";
import type { QuorumPacket, SessionTouch } from "@branta/zookeeper-protocol";

import type { ServerConnection } from "../connection/server-connection.ts";
import { idleCore, readOnlyCore } from "./idle-core.ts";
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
  readonly clock: Clock;
  /** How long a server looks for a leader before it lets clients read, null: for ever. */
  readonly readOnlyAfterMs: number | null;
}

const IDLE = "idle";
const READ_ONLY = "read-only";

/** Gives the tree the request side of the role that the server has, and takes it away with the role. */
export class RoleHost implements Disposable {
  readonly #options: RoleHostOptions;
  #core: RoleCore;
  /** Which role the core is for. */
  #serving = IDLE;
  #isFlushing = false;
  /** Runs while the server looks for a leader. */
  #readOnlyTimer: Timer | null = null;

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
    if (role === "looking" && this.#readOnlyTimer !== null) return;
    this.#readOnlyTimer?.cancel();
    this.#readOnlyTimer = role === "looking" ? this.#startReadOnlyTimer() : null;
    const serving = phase === "broadcast" ? `${role} ${leader} in ${epoch}` : IDLE;
    if (serving === this.#serving) return;
    this.#serving = serving;
    const { parts, leaderPorts, learnerPorts, leaderServes } = this.#options;
    const { tree } = this.#core;
    // What is committed has been answered: the answers leave before the connections end.
    this.#core.flush();
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
    this.#readOnlyTimer?.cancel();
    this.#core[Symbol.dispose]();
  }

  #startReadOnlyTimer(): Timer | null {
    const { clock, readOnlyAfterMs, parts } = this.#options;
    if (readOnlyAfterMs === null) return null;
    return clock.after(readOnlyAfterMs, () => {
      const { tree } = this.#core;
      this.#core[Symbol.dispose]();
      this.#serving = READ_ONLY;
      this.#core = readOnlyCore(parts(tree));
      this.#core.start();
    });
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
