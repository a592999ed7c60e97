import type { Clock, Random } from "@branta/foundation-runtime";
import type { Logger } from "@branta/foundation-observe";
import {
  AuthRegistry,
  authSettings,
  type DataTree,
  firstSessionId,
  RequestPreparer,
  type SaslServer,
  SessionTracker,
  type TxnResult,
  type WatchEvent,
} from "@branta/zookeeper-engine";
import { type ConnectRequest, ErrorCode, formatSessionId, isSessionPassword, OpCode } from "@branta/zookeeper-protocol";

import type { ServerConfig } from "../config/server-config.ts";
import type { ConnectionHost } from "../connection/connection-host.ts";
import { LargeRequests } from "../connection/large-requests.ts";
import { OutputBuffers } from "../connection/output-buffers.ts";
import { RequestThrottle } from "../connection/request-throttle.ts";
import type { ServerConnection } from "../connection/server-connection.ts";
import type { FourLetterWord } from "../config/four-letter-whitelist.ts";
import { NamespaceTraffic } from "../operator/namespace-traffic.ts";
import type { ServerMetrics } from "../operator/server-metrics.ts";
import type { ServerStats } from "../operator/server-stats.ts";
import type { PendingWrite } from "../pipeline/pending-queue.ts";
import { RequestPipeline, type TransactionSink } from "../pipeline/request-pipeline.ts";
import { StampClock } from "../pipeline/stamp-clock.ts";
import { ConnectionThrottle } from "./connection-throttle.ts";
import { DigestLog } from "./digest-log.ts";
import { SessionExpirer } from "./session-expirer.ts";

export interface ServerCoreOptions {
  readonly config: ServerConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly stats: ServerStats;
  readonly metrics: ServerMetrics;
  readonly tree: DataTree<ServerConnection>;
  readonly log: TransactionSink;
  newSaslServer(): SaslServer | null;
  /** False while starting, stopping or restoring: then nobody gets a session. */
  isServing(): boolean;
  answerFourLetterWord(word: FourLetterWord | "telnet close", payload: Buffer): Promise<string>;
  onApplied(write: PendingWrite, result: TxnResult): void;
  onConnectionClosed(connection: ServerConnection): void;
}

/** The number that a server without others has in its session ids, whatever its myid says: as Apache's. */
const STANDALONE_ID = 1;

/** A server between its sockets and its disk: sessions, the pipeline, and the connections that use them. */
export class ServerCore implements ConnectionHost, Disposable {
  readonly pipeline: RequestPipeline<ServerConnection>;
  readonly sessions: SessionTracker;
  readonly auth: AuthRegistry;
  readonly buffers = new OutputBuffers();
  readonly clock: Clock;
  readonly stamps: StampClock;
  readonly stats: ServerStats;
  readonly metrics: ServerMetrics;
  readonly maxFrameBytes: number;
  readonly tree: DataTree<ServerConnection>;
  readonly digests = new DigestLog();
  readonly largeRequests: LargeRequests | null;
  readonly requestThrottle: RequestThrottle | null;
  readonly connectionThrottle: ConnectionThrottle;
  readonly #traffic: NamespaceTraffic;
  readonly #options: ServerCoreOptions;
  readonly #expirer: SessionExpirer;
  /** The connection of each session that has one. */
  readonly #bySession = new Map<bigint, ServerConnection>();
  #dirty: ServerConnection[] = [];
  #waiting: ServerConnection[] = [];
  #digestMismatchSeen = false;

  constructor(options: ServerCoreOptions) {
    const { config, tree, clock } = options;
    this.#options = options;
    this.clock = clock;
    this.stamps = new StampClock(clock);
    this.stats = options.stats;
    this.metrics = options.metrics;
    this.#traffic = new NamespaceTraffic(options.metrics);
    this.tree = tree;
    this.maxFrameBytes = config.juteMaxBufferBytes;
    const usesTls = config.secureClientAddress !== null || config.clientPortUnification;
    this.auth = new AuthRegistry(authSettings(config.systemProperties, { tls: usesTls }));
    this.connectionThrottle = new ConnectionThrottle(config, clock, options.random);
    this.requestThrottle = config.requestThrottleMaxRequests > 0 ? new RequestThrottle(config) : null;
    const { largeRequestThresholdBytes, largeRequestMaxBytes } = config;
    this.largeRequests =
      largeRequestThresholdBytes === -1 ? null : new LargeRequests(largeRequestThresholdBytes, largeRequestMaxBytes);
    const firstId = firstSessionId(STANDALONE_ID, clock.wallMs());
    this.sessions = new SessionTracker({ tickTimeMs: config.tickTimeMs, nowMs: clock.nowMs(), firstId });
    for (const [id, timeoutMs] of tree.sessions) this.sessions.track(id, timeoutMs, clock.nowMs());
    this.pipeline = new RequestPipeline({
      tree,
      auth: this.auth,
      clock,
      stamps: this.stamps,
      readCounter: this.#traffic,
      log: options.log,
      preparer: new RequestPreparer(tree, this.sessions, {
        auth: this.auth,
        digestEnabled: config.digestEnabled,
        closeSessionTxnEnabled: config.closeSessionTxnEnabled,
        enforceQuota: config.enforceQuota,
        reconfigEnabled: config.reconfigEnabled,
      }),
      outstandingLimit: RequestThrottle.limit(config),
      onApplied: (write, result) => this.#applied(write, result),
      onDigestMismatch: (zxid) => this.#digestMismatch(zxid),
      onReady: () => this.#wakeWaiting(),
    });
    this.#expirer = new SessionExpirer(clock, this.sessions, {
      expire: ({ id }) => this.#expire(id),
      spare: ({ id }) => this.#bySession.get(id)?.isHeldBack === true,
    });
  }

  start(): void {
    this.#expirer.start();
  }

  [Symbol.dispose](): void {
    this.#expirer[Symbol.dispose]();
  }

  /** Everything up to this zxid is on disk. */
  durable(zxid: number): void {
    const before = this.pipeline.outstanding;
    this.stamps.refresh();
    this.pipeline.committed(zxid);
    this.metrics.syncProcessorBatchSize.add(before - this.pipeline.outstanding);
    this.flush();
  }

  deliver(watcher: ServerConnection, event: WatchEvent): void {
    watcher.deliver(event);
  }

  newSaslServer(): SaslServer | null {
    return this.#options.newSaslServer();
  }

  connect(connection: ServerConnection, request: ConnectRequest): void {
    if (!this.#options.isServing()) {
      connection.destroy();
      return;
    }
    if (!this.connectionThrottle.admit(request.sessionId !== 0n)) {
      this.metrics.connectionRejected.value++;
      connection.destroy();
      return;
    }
    this.metrics.connectionTokenDeficit.add(this.connectionThrottle.deficit);
    this.metrics.connectionRequestCount.value++;
    if (request.lastZxidSeen > this.tree.lastProcessedZxid) {
      this.warn(
        `Refusing session of ${connection.remoteAddress}: it has seen zxid 0x${request.lastZxidSeen.toString(16)}, ` +
          `this server has 0x${this.tree.lastProcessedZxid.toString(16)}`,
      );
      connection.destroy();
      return;
    }
    const { minSessionTimeoutMs, maxSessionTimeoutMs } = this.#options.config;
    const timeoutMs = Math.min(Math.max(request.timeOut, minSessionTimeoutMs), maxSessionTimeoutMs);
    if (request.sessionId === 0n) this.#createSession(connection, timeoutMs);
    else this.#resumeSession(connection, request, timeoutMs);
  }

  fourLetterWord(connection: ServerConnection, word: FourLetterWord | "telnet close", payload: Buffer): void {
    this.#options.answerFourLetterWord(word, payload).then(
      (text) => connection.endWith(text),
      (error: unknown) => {
        this.warn(`Cannot answer four-letter word "${word}": ${String(error)}`);
        connection.destroy();
      },
    );
  }

  willWrite(connection: ServerConnection): void {
    this.#dirty.push(connection);
  }

  waitForRoom(connection: ServerConnection): void {
    this.#waiting.push(connection);
    if (this.requestThrottle !== null) this.metrics.requestThrottleWaitCount.value++;
  }

  flush(): void {
    if (this.#dirty.length === 0) return;
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const connection of dirty) connection.flush();
  }

  closed(connection: ServerConnection): void {
    this.tree.watches.removeWatcher(connection);
    const { session } = connection;
    if (session !== null && this.#bySession.get(session.id) === connection) this.#bySession.delete(session.id);
    this.#options.onConnectionClosed(connection);
  }

  warn(message: string): void {
    this.#options.logger.warn(message);
  }

  #expire(id: bigint): void {
    this.metrics.staleSessionsExpired.value++;
    this.#options.logger.info(`Expiring session ${formatSessionId(id)}: nothing was heard of it in time`);
    this.pipeline.submitOwn({ type: OpCode.closeSession }, id);
  }

  #createSession(connection: ServerConnection, timeoutMs: number): void {
    const id = this.sessions.nextId();
    this.#attach(connection, id, timeoutMs);
    connection.stats.outstanding++;
    this.pipeline.createSession(connection, id, timeoutMs);
  }

  /** The password is looked at first: nobody may cut off a live client with a session id alone. */
  #resumeSession(connection: ServerConnection, request: ConnectRequest, timeoutMs: number): void {
    const id = request.sessionId;
    const session = this.sessions.get(id);
    const known = isSessionPassword(id, request.passwd);
    if (!known || session === undefined || session.isClosing) {
      const reason = known ? "it is unknown here, probably expired" : "the password is not its own";
      this.warn(`Refusing session ${formatSessionId(id)} to ${connection.remoteAddress}: ${reason}`);
      connection.refuseSession();
      return;
    }
    this.#bySession.get(id)?.destroy();
    this.metrics.connectionRevalidateCount.value++;
    this.#attach(connection, id, timeoutMs);
    connection.sessionCreated();
  }

  #attach(connection: ServerConnection, id: bigint, timeoutMs: number): void {
    this.#bySession.set(id, connection);
    connection.beginSession(this.sessions.track(id, timeoutMs, this.clock.nowMs()), timeoutMs);
  }

  #applied(write: PendingWrite, result: TxnResult): void {
    const { header } = write.entry;
    this.metrics.commitCount.value++;
    this.#traffic.wrote(write.entry.txn);
    this.digests.record(header.zxid, this.tree.znodes.digest);
    if (write.type === OpCode.closeSession && result.err === ErrorCode.Ok) this.#sessionClosed(write, header.clientId);
    this.#options.onApplied(write, result);
  }

  #sessionClosed(write: PendingWrite, id: bigint): void {
    this.sessions.remove(id);
    const connection = this.#bySession.get(id);
    this.#bySession.delete(id);
    // Who asked for it gets a reply first; a connection whose session ended without it is cut.
    if (write.client === null) connection?.closeWhenFlushed();
  }

  #digestMismatch(zxid: number): void {
    this.metrics.digestMismatchesCount.value++;
    if (this.#digestMismatchSeen) return;
    this.#digestMismatchSeen = true;
    this.#options.logger.error(`The tree's digest is not what transaction 0x${zxid.toString(16)} foretold`);
  }

  #wakeWaiting(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.clock.soon(() => {
      for (const connection of waiting) connection.resume();
    });
  }
}
