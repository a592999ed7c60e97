import { ManualClock } from "@branta/foundation-runtime";
import type { LogEntry, Question } from "@branta/zookeeper-engine";
import type { QuorumPacket } from "@branta/zookeeper-protocol";

import { LeaderCore } from "../ensemble/leader-core.ts";
import { LearnerCore } from "../ensemble/learner-core.ts";
import type { LeaderPorts } from "../ensemble/role-core.ts";
import { RoleServer } from "./role-server.ts";

const EPOCH = 7;

/** What happens when all that was proposed up to a zxid is committed. */
interface Barrier {
  readonly zxid: number;
  readonly reached: () => void;
}

/** The request sides of a leader and its learners. What is proposed is committed at the end of the turn, or when the test says so. */
export class TestEnsemble implements AsyncDisposable {
  readonly clock = new ManualClock(1_800_000_000_000);
  /** Proposed and not committed yet. */
  readonly proposals: LogEntry[] = [];
  readonly resigned: string[] = [];
  /** What learners were sent, and have got if they are to get it. */
  readonly sent: QuorumPacket[] = [];
  commitsAtOnce = true;
  leader!: RoleServer;
  readonly learners: RoleServer[] = [];
  readonly #barriers: Barrier[] = [];

  static async open(options: { learners: number; lines?: readonly string[] }): Promise<TestEnsemble> {
    const ensemble = new TestEnsemble();
    const { clock } = ensemble;
    const lines = options.lines ?? [];
    const ports = ensemble.#leaderPorts();
    ensemble.leader = await RoleServer.open(1, (parts) => new LeaderCore(parts, ports, EPOCH), { clock, lines });
    ensemble.leader.core.start();
    for (let serverId = 2; serverId < 2 + options.learners; serverId++) {
      const learnerPorts = { ask: (question: Question) => ensemble.#toLeader(serverId, question) };
      const newCore = (parts: RoleServer["parts"]): LearnerCore => new LearnerCore(parts, learnerPorts);
      const learner = await RoleServer.open(serverId, newCore, { clock, lines });
      learner.core.start();
      ensemble.learners.push(learner);
    }
    return ensemble;
  }

  get servers(): readonly RoleServer[] {
    return [this.leader, ...this.learners];
  }

  /** Commits the oldest proposals. */
  commit(count = this.proposals.length): void {
    for (const entry of this.proposals.splice(0, count)) {
      for (const { core } of this.servers) core.committed(entry);
      this.#passBarriers(entry.zxid);
    }
    this.#flush();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.servers) await server[Symbol.asyncDispose]();
  }

  #leaderPorts(): LeaderPorts {
    return {
      propose: (entry) => {
        this.proposals.push(entry);
        if (this.commitsAtOnce) setImmediate(() => this.commit());
        return true;
      },
      syncLearner: (link) => this.#atBarrier(() => this.#toLearner(link, { kind: "sync" })),
      sync: (ticket) => this.#atBarrier(() => this.leader.core.synced(ticket)),
      send: (link, packet) => this.#toLearner(link, packet),
      resign: (reason) => void this.resigned.push(reason),
    };
  }

  #atBarrier(reached: () => void): void {
    this.#barriers.push({ zxid: this.proposals.at(-1)?.zxid ?? 0, reached });
    setImmediate(() => {
      if (this.proposals.length > 0) return;
      this.#passBarriers(Infinity);
      this.#flush();
    });
  }

  #passBarriers(zxid: number): void {
    while (this.#barriers.length > 0 && this.#barriers[0]!.zxid <= zxid) this.#barriers.shift()!.reached();
  }

  /** Links are numbered as their servers. */
  #toLearner(link: number, packet: QuorumPacket): void {
    this.sent.push(packet);
    setImmediate(() => {
      const { core } = this.learners[link - 2]!;
      core.received(1, 1, packet);
      core.flush();
    });
  }

  #toLeader(serverId: number, packet: QuorumPacket): void {
    setImmediate(() => {
      this.leader.core.received(serverId, serverId, packet);
      this.leader.core.flush();
    });
  }

  #flush(): void {
    for (const { core } of this.servers) core.flush();
  }
}
