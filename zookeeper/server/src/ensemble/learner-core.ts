import {
  firstSessionId,
  LearnerSessions,
  type LinkId,
  type LogEntry,
  type ServerId,
  type Session,
  SessionTracker,
} from "@branta/zookeeper-engine";
import type { QuorumPacket, SessionTouch } from "@branta/zookeeper-protocol";

import { RequestThrottle } from "../connection/request-throttle.ts";
import type { ServerConnection } from "../connection/server-connection.ts";
import { ServerCore } from "../core/server-core.ts";
import { SessionExpirer } from "../core/session-expirer.ts";
import { endConnections } from "./end-connections.ts";
import { LearnerPipeline } from "./learner-pipeline.ts";
import type { EnsembleParts, LearnerPorts, RoleCore } from "./role-core.ts";

/**
 * A follower or an observer for its clients: it reads by itself, and asks its leader for all that changes something. Until it
 * is started it serves nobody and only keeps its tree up to date: that is also what a server is that has no role.
 */
export class LearnerCore extends ServerCore implements RoleCore {
  readonly pipeline: LearnerPipeline<ServerConnection>;
  readonly sessions: LearnerSessions;
  isServing = false;
  override readonly isReadOnly: boolean;
  /** Of local sessions; the leader lets the others expire. */
  readonly #expirer: SessionExpirer;
  readonly #connections: () => Iterable<ServerConnection>;
  readonly #ports: LearnerPorts;
  /** Connections whose session the leader was asked about. */
  readonly #revalidations = new Map<bigint, ServerConnection>();
  #isTurn = false;

  constructor(parts: EnsembleParts, ports: LearnerPorts, { isReadOnly = false } = {}) {
    super(parts);
    this.isReadOnly = isReadOnly;
    const { config, clock, tree } = parts;
    this.#ports = ports;
    this.#connections = () => parts.connections();
    const firstId = firstSessionId(config.serverId, clock.wallMs());
    const locals = new SessionTracker({ tickTimeMs: config.tickTimeMs, nowMs: clock.nowMs(), firstId });
    this.sessions = new LearnerSessions({ firstId, known: tree.sessions, locals });
    this.#expirer = new SessionExpirer(clock, locals, {
      expire: ({ id }) => this.expireLocal(id),
      spare: ({ id }) => this.bySession.get(id)?.isHeldBack === true,
    });
    this.pipeline = new LearnerPipeline({
      ...this.answersOptions(),
      stamps: this.stamps,
      isReadOnly,
      outstandingLimit: RequestThrottle.limit(config),
      forward: (request) => ports.ask(request),
      onReady: () => this.wakeWaiting(),
    });
  }

  start(): void {
    this.isServing = true;
    this.#expirer.start();
  }

  [Symbol.dispose](): void {
    this.isServing = false;
    this.#expirer[Symbol.dispose]();
    this.pipeline.closeIntake();
    endConnections(this.#connections());
  }

  committed(entry: LogEntry): void {
    this.#beginTurn();
    this.pipeline.committed(entry.bytes);
  }

  received(_link: LinkId, from: ServerId, packet: QuorumPacket): void {
    this.#beginTurn();
    if (packet.kind === "revalidated") this.#revalidated(packet.sessionId, packet.isValid);
    else if (packet.kind === "sync") {
      if (!this.pipeline.synced()) this.warn(`Server ${from} answers a sync that nobody has asked for`);
    } else if (packet.kind === "ping") {
      for (const { sessionId, timeoutMs } of packet.touched) this.sessions.heardElsewhere(sessionId, timeoutMs);
    } else if (packet.kind === "revalidate") {
      // Its client has gone over to an observer of this server's, which the leader cannot tell from this server.
      this.bySession.get(packet.sessionId)?.destroy();
    } else this.warn(`Ignoring packet "${packet.kind}" of server ${from}: a learner has no use for it`);
  }

  /** Of a leader that this server was: whoever asked is gone with it. */
  synced(): void {}

  takeTouches(): SessionTouch[] {
    const nowMs = this.clock.nowMs();
    // Whoever is not listened to may well have said something.
    for (const { isHeldBack, session } of this.waiting) {
      if (isHeldBack && session !== null) this.sessions.touch(session, nowMs);
    }
    return this.sessions.takeTouches();
  }

  drained(): void {}

  override flush(): void {
    this.#isTurn = false;
    super.flush();
  }

  override closed(connection: ServerConnection): void {
    const { session } = connection;
    if (session !== null) {
      this.sessions.detach(session);
      if (this.#revalidations.get(session.id) === connection) this.#revalidations.delete(session.id);
    }
    super.closed(connection);
  }

  protected createSession(connection: ServerConnection, timeoutMs: number): void {
    const id = this.sessions.nextId();
    if (this.isReadOnly || this.parts.config.localSessionsEnabled) {
      this.#attachLocal(connection, id, timeoutMs);
      return;
    }
    const session = this.sessions.attach(id, timeoutMs, this.clock.nowMs());
    this.attach(connection, session);
    connection.stats.outstanding++;
    this.pipeline.createSession(connection, session);
  }

  /** Whether the session lives, and where, only the leader knows, unless it is one that only this server knows. */
  protected resumeSession(connection: ServerConnection, id: bigint, timeoutMs: number): void {
    this.metrics.connectionRevalidateCount.value++;
    if (this.sessions.local(id)?.isClosing === false) {
      this.#attachLocal(connection, id, timeoutMs);
      return;
    }
    if (this.isReadOnly) {
      this.#refuseWithoutLeader(connection, id);
      return;
    }
    this.attach(connection, this.sessions.attach(id, timeoutMs, this.clock.nowMs()));
    this.#revalidations.set(id, connection);
    this.#ports.ask({ kind: "revalidate", sessionId: id, timeoutMs });
  }

  protected upgradeSession(session: Session): void {
    this.sessions.upgrade(session, this.clock.nowMs());
    this.pipeline.createSession(null, session);
  }

  /** A session of the ensemble's waits for a server that has a leader; one that nobody knows is over. */
  #refuseWithoutLeader(connection: ServerConnection, id: bigint): void {
    if (this.tree.sessions.has(id)) connection.destroy();
    else this.refuseSession(connection, id, "it is unknown here");
  }

  #attachLocal(connection: ServerConnection, id: bigint, timeoutMs: number): void {
    this.attach(connection, this.sessions.attachLocal(id, timeoutMs, this.clock.nowMs()));
    connection.sessionCreated();
  }

  #revalidated(id: bigint, isValid: boolean): void {
    const connection = this.#revalidations.get(id);
    // Its client has not waited for it.
    if (connection === undefined) return;
    this.#revalidations.delete(id);
    if (isValid) {
      connection.sessionCreated();
      return;
    }
    this.sessions.remove(id);
    this.bySession.delete(id);
    this.refuseSession(connection, id, "the leader does not know it, it has probably expired");
  }

  #beginTurn(): void {
    if (this.#isTurn) return;
    this.#isTurn = true;
    this.stamps.refresh();
  }
}
