import {
  firstSessionId,
  HERE,
  type Reconfigurer,
  RequestPreparer,
  type Session,
  SessionTracker,
} from "@branta/zookeeper-engine";
import { formatSessionId, OpCode } from "@branta/zookeeper-protocol";

import { RequestThrottle } from "../connection/request-throttle.ts";
import type { ServerConnection } from "../connection/server-connection.ts";
import { type LeaderRules, RequestPipeline, type TransactionSink } from "../pipeline/request-pipeline.ts";
import { ContainerCleaner } from "./container-cleaner.ts";
import { type CoreParts, ServerCore } from "./server-core.ts";
import { SessionExpirer } from "./session-expirer.ts";

/** Where what an authority decides goes. */
export interface AuthorityOptions {
  /** The number in the session ids that it gives out. */
  readonly idOfServer: number;
  /** The zxid before its first transaction. */
  readonly zxid: number;
  readonly log: TransactionSink;
  readonly leader: LeaderRules | null;
  /** Plans changes of the ensemble's members; left out by a server that has none. */
  readonly reconfigurer?: Reconfigurer | undefined;
}

/**
 * A server that decides: it turns requests into transactions, lets sessions expire and removes what has outlived its time. A
 * server by itself is one, and a leader.
 */
export abstract class AuthorityCore extends ServerCore {
  readonly pipeline: RequestPipeline<ServerConnection>;
  readonly sessions: SessionTracker;
  /** The zxid of the last transaction that it made. */
  protected readonly preparer: RequestPreparer<ServerConnection>;
  /** New sessions are local ones. */
  readonly #makesLocal: boolean;
  readonly #expirer: SessionExpirer;
  readonly #cleaner: ContainerCleaner<ServerConnection>;

  protected constructor(parts: CoreParts, options: AuthorityOptions) {
    super(parts);
    const { config, tree, clock } = parts;
    this.#makesLocal = config.localSessionsEnabled && options.leader !== null;
    const firstId = firstSessionId(options.idOfServer, clock.wallMs());
    this.sessions = new SessionTracker({ tickTimeMs: config.tickTimeMs, nowMs: clock.nowMs(), firstId });
    for (const [id, timeoutMs] of tree.sessions) this.sessions.track(id, timeoutMs, clock.nowMs());
    this.preparer = new RequestPreparer(tree, this.sessions, {
      auth: this.auth,
      digestEnabled: config.digestEnabled,
      closeSessionTxnEnabled: config.closeSessionTxnEnabled,
      enforceQuota: config.enforceQuota,
      reconfigEnabled: config.reconfigEnabled,
      ...(options.reconfigurer === undefined ? {} : { reconfigurer: options.reconfigurer }),
    });
    this.preparer.reset(options.zxid);
    this.pipeline = new RequestPipeline({
      ...this.answersOptions(),
      clock,
      stamps: this.stamps,
      log: options.log,
      leader: options.leader,
      preparer: this.preparer,
      outstandingLimit: RequestThrottle.limit(config),
      onReady: () => this.wakeWaiting(),
    });
    this.#expirer = new SessionExpirer(clock, this.sessions, {
      expire: ({ id, isLocal }) => (isLocal ? this.expireLocal(id) : this.#expire(id)),
      spare: ({ id, owner }, lateMs) => {
        // What learners have heard comes with the answers to pings, and a server that stood still has sent none.
        if (options.leader !== null && owner !== HERE && lateMs > config.tickTimeMs) return true;
        return this.bySession.get(id)?.isHeldBack === true;
      },
    });
    this.#cleaner = new ContainerCleaner({
      clock,
      intervalMs: config.containerCheckIntervalMs,
      maxPerMinute: config.containerMaxPerMinute,
      maxNeverUsedMs: config.containerMaxNeverUsedIntervalMs,
      tree: () => tree,
      remove: (path) => this.pipeline.submitOwn({ type: OpCode.deleteContainer, path }, 0n),
    });
  }

  start(): void {
    this.#expirer.start();
    this.#cleaner.start();
  }

  [Symbol.dispose](): void {
    this.#expirer[Symbol.dispose]();
    this.#cleaner[Symbol.dispose]();
  }

  protected createSession(connection: ServerConnection, timeoutMs: number): void {
    const id = this.sessions.nextId();
    if (this.#makesLocal) {
      this.attach(connection, this.sessions.trackLocal(id, timeoutMs, this.clock.nowMs()));
      connection.sessionCreated();
      return;
    }
    this.attach(connection, this.#track(id, timeoutMs));
    connection.stats.outstanding++;
    this.pipeline.createSession(connection, id, timeoutMs);
  }

  protected upgradeSession(session: Session): void {
    this.sessions.upgrade(session);
    session.owner = HERE;
    const origin = { sessionId: session.id, session, cxid: 0, authInfo: [] };
    this.pipeline.submitRemote({ type: OpCode.createSession, timeOut: session.timeoutMs }, origin);
  }

  protected resumeSession(connection: ServerConnection, id: bigint, timeoutMs: number): void {
    const session = this.sessions.get(id);
    if (session === undefined || session.isClosing) {
      this.refuseSession(connection, id, "it is unknown here, probably expired");
      return;
    }
    this.metrics.connectionRevalidateCount.value++;
    this.attach(connection, this.#track(id, timeoutMs));
    connection.sessionCreated();
  }

  #track(id: bigint, timeoutMs: number): Session {
    const session = this.sessions.track(id, timeoutMs, this.clock.nowMs());
    session.owner = HERE;
    return session;
  }

  #expire(id: bigint): void {
    this.metrics.staleSessionsExpired.value++;
    this.parts.logger.info(`Expiring session ${formatSessionId(id)}: nothing was heard of it in time`);
    this.pipeline.submitOwn({ type: OpCode.closeSession }, id);
  }
}
