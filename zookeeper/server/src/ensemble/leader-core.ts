import type { LinkId, LogEntry, ServerId } from "@branta/zookeeper-engine";
import {
  type ForwardedRequest,
  formatZxid,
  OpCode,
  type QuorumPacket,
  type QuorumPacketOf,
  type SessionTouch,
} from "@branta/zookeeper-protocol";

import type { ServerConnection } from "../connection/server-connection.ts";
import { AuthorityCore } from "../core/authority-core.ts";
import { endConnections } from "./end-connections.ts";
import { Fifo } from "../pipeline/fifo.ts";
import { epochZxid, Proposals } from "./proposals.ts";
import { RemoteWrites } from "./remote-writes.ts";
import type { EnsembleParts, LeaderPorts, RoleCore } from "./role-core.ts";

/** An answer to a learner that must not come before the transactions up to `zxid`. */
interface HeldAnswer {
  readonly link: LinkId;
  readonly zxid: number;
  readonly packet: QuorumPacketOf<"revalidated">;
}

/** A leader for its clients and its learners: what it decides is applied when a quorum has it. */
export class LeaderCore extends AuthorityCore implements RoleCore {
  isServing = false;
  readonly #connections: () => Iterable<ServerConnection>;
  readonly #ports: LeaderPorts;
  readonly #proposals: Proposals;
  readonly #writes: RemoteWrites;
  readonly #held = new Fifo<HeldAnswer>();
  #committedZxid: number;
  #isTurn = false;

  constructor(parts: EnsembleParts, ports: LeaderPorts, epoch: number) {
    const proposals = new Proposals(ports, epoch);
    const zxid = epochZxid(epoch);
    const { reconfigurer } = ports;
    super(parts, { idOfServer: parts.config.serverId, zxid, log: proposals, leader: proposals, reconfigurer });
    this.#proposals = proposals;
    this.#ports = ports;
    this.#connections = () => parts.connections();
    this.#committedZxid = zxid;
    this.#writes = new RemoteWrites({ ...parts.config, sessions: this.sessions });
  }

  override start(): void {
    this.isServing = true;
    super.start();
  }

  override [Symbol.dispose](): void {
    this.isServing = false;
    super[Symbol.dispose]();
    this.#proposals.end();
    this.pipeline.closeIntake();
    endConnections(this.#connections());
  }

  committed(entry: LogEntry): void {
    this.#beginTurn();
    this.#committedZxid++;
    this.pipeline.committed(entry.zxid);
    if (entry.zxid !== this.#committedZxid || this.tree.lastProcessedZxid !== entry.zxid) {
      const expected = formatZxid(this.#committedZxid);
      throw new Error(`Cannot commit zxid "${formatZxid(entry.zxid)}": the next that was proposed is ${expected}`);
    }
  }

  received(link: LinkId, from: ServerId, packet: QuorumPacket): void {
    this.#beginTurn();
    if (packet.kind === "request") this.#requested(link, packet);
    else if (packet.kind === "revalidate") this.#revalidate(link, packet);
    else if (packet.kind === "ping") this.#touched(packet.touched);
    else this.warn(`Ignoring packet "${packet.kind}" of server ${from}: a leader has no use for it`);
  }

  synced(ticket: number): void {
    this.#beginTurn();
    this.#proposals.synced(ticket);
  }

  takeTouches(): SessionTouch[] {
    return [];
  }

  drained(): void {
    this.pipeline.drained();
  }

  override flush(): void {
    this.#isTurn = false;
    for (
      let held = this.#held.peek();
      held !== undefined && held.zxid <= this.#committedZxid;
      held = this.#held.peek()
    ) {
      this.#held.shift();
      this.#ports.send(held.link, held.packet);
    }
    super.flush();
  }

  #requested(link: LinkId, packet: ForwardedRequest): void {
    if (packet.type === OpCode.sync) {
      this.#proposals.syncLearner(link);
      return;
    }
    const { sessionId, cxid, authInfo } = packet;
    const { request, session } = this.#writes.read(packet, link, this.clock.nowMs());
    this.pipeline.submitRemote(request, { sessionId, session, cxid, authInfo });
  }

  /**
   * A client has come to another server with its session: from now on it may write from there only. The answer waits for the
   * client's earlier writes, so that their transactions are not taken for those of later ones with the same numbers: some
   * clients begin to count anew.
   */
  #revalidate(link: LinkId, { sessionId, timeoutMs }: QuorumPacketOf<"revalidate">): void {
    this.metrics.revalidateCount.value++;
    const session = this.sessions.get(sessionId);
    const isValid = session !== undefined && !session.isClosing && !session.isLocal;
    if (isValid) {
      session.owner = link;
      session.timeoutMs = timeoutMs;
      this.sessions.touch(session, this.clock.nowMs());
      this.bySession.get(sessionId)?.destroy();
    }
    this.#held.push({ link, zxid: this.preparer.zxid, packet: { kind: "revalidated", sessionId, isValid } });
  }

  #touched(touches: readonly SessionTouch[]): void {
    const nowMs = this.clock.nowMs();
    for (const { sessionId, timeoutMs } of touches) {
      const session = this.sessions.get(sessionId);
      if (session === undefined) continue;
      session.timeoutMs = timeoutMs;
      this.sessions.touch(session, nowMs);
    }
  }

  #beginTurn(): void {
    if (this.#isTurn) return;
    this.#isTurn = true;
    this.stamps.refresh();
  }
}
