import type { Clock, Random } from "@branta/foundation-runtime";
import type { Logger } from "@branta/foundation-observe";
import {
  AuthRegistry,
  authSettings,
  type DataTree,
  type SaslServer,
  type Session,
  type TxnResult,
} from "@branta/zookeeper-engine";
import {
  type ConnectRequest,
  ErrorCode,
  formatSessionId,
  isSessionPassword,
  OpCode,
  type TxnEntry,
} from "@branta/zookeeper-protocol";

import type { FourLetterWord } from "../config/four-letter-whitelist.ts";
import type { ServerConfig } from "../config/server-config.ts";
import type { ConnectedSessions, ConnectionHost } from "../connection/connection-host.ts";
import { LargeRequests } from "../connection/large-requests.ts";
import { OutputBuffers } from "../connection/output-buffers.ts";
import { RequestThrottle } from "../connection/request-throttle.ts";
import type { ServerConnection } from "../connection/server-connection.ts";
import { NamespaceTraffic } from "../operator/namespace-traffic.ts";
import type { ServerMetrics } from "../operator/server-metrics.ts";
import type { ServerStats } from "../operator/server-stats.ts";
import type { AnswersOptions } from "../pipeline/answers.ts";
import type { QueuedWrite } from "../pipeline/pending-queue.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import { StampClock } from "../pipeline/stamp-clock.ts";
import { ConnectionThrottle } from "./connection-throttle.ts";
import { type DigestLog, digestLogOf } from "./digest-log.ts";

/** What a server's core is made of, whatever its role. */
export interface CoreParts {
  readonly config: ServerConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly stats: ServerStats;
  readonly metrics: ServerMetrics;
  readonly tree: DataTree<ServerConnection>;
  newSaslServer(): SaslServer | null;
  answerFourLetterWord(word: FourLetterWord | "telnet close", payload: Buffer): Promise<string>;
  /** A transaction was applied. `write` is the request where it came from a client of this server, or from the server itself. */
  onApplied(entry: TxnEntry, write: QueuedWrite | null, result: TxnResult): void;
  onConnectionClosed(connection: ServerConnection): void;
}

/** A role's sessions: those it decides about, or those that are connected here. */
export interface RoleSessions extends ConnectedSessions {
  /** Of the whole ensemble. */
  readonly size: number;
  /** Those that only this server knows. */
  readonly localCount: number;
  /** Those whose end this server decides. */
  sessions(): Iterable<Session>;
  /** The session is over. */
  remove(id: bigint): void;
}

/**
 * A server between its sockets and its tree, as all roles have it: connections that come and go, what they share, and what
 * is counted. How sessions begin and where requests go is the role's.
 */
export abstract class ServerCore implements ConnectionHost, Disposable {
  abstract readonly pipeline: Pipeline<ServerConnection>;
  abstract readonly sessions: RoleSessions;
  /** False while starting, stopping or restoring: then nobody gets a session. */
  abstract readonly isServing: boolean;
  readonly isReadOnly: boolean = false;
  readonly auth: AuthRegistry;
  readonly buffers = new OutputBuffers();
  readonly clock: Clock;
  readonly stamps: StampClock;
  readonly stats: ServerStats;
  readonly metrics: ServerMetrics;
  readonly maxFrameBytes: number;
  readonly tree: DataTree<ServerConnection>;
  readonly digests: DigestLog;
  readonly largeRequests: LargeRequests | null;
  readonly requestThrottle: RequestThrottle | null;
  readonly connectionThrottle: ConnectionThrottle;
  protected readonly parts: CoreParts;
  /** The connection of each session that has one. */
  protected readonly bySession = new Map<bigint, ServerConnection>();
  readonly #traffic: NamespaceTraffic;
  #dirty: ServerConnection[] = [];
  #waiting: ServerConnection[] = [];
  #digestMismatchSeen = false;

  protected constructor(parts: CoreParts) {
    const { config, clock } = parts;
    this.parts = parts;
    this.clock = clock;
    this.stamps = new StampClock(clock);
    this.stats = parts.stats;
    this.metrics = parts.metrics;
    this.#traffic = new NamespaceTraffic(parts.metrics);
    this.tree = parts.tree;
    this.digests = digestLogOf(parts.tree);
    this.maxFrameBytes = config.juteMaxBufferBytes;
    const usesTls = config.secureClientAddress !== null || config.clientPortUnification;
    this.auth = new AuthRegistry(authSettings(config.systemProperties, { tls: usesTls }));
    this.connectionThrottle = new ConnectionThrottle(config, clock, parts.random);
    this.requestThrottle = config.requestThrottleMaxRequests > 0 ? new RequestThrottle(config) : null;
    const { largeRequestThresholdBytes, largeRequestMaxBytes } = config;
    this.largeRequests =
      largeRequestThresholdBytes === -1 ? null : new LargeRequests(largeRequestThresholdBytes, largeRequestMaxBytes);
  }

  abstract start(): void;

  abstract [Symbol.dispose](): void;

  /** Begins a session for a client that has none. */
  protected abstract createSession(connection: ServerConnection, timeoutMs: number): void;

  /** Gives a client the session that it has proved to be its own, if there still is one. */
  protected abstract resumeSession(connection: ServerConnection, id: bigint, timeoutMs: number): void;

  /** A session that only this server knows needs to be everybody's. */
  protected abstract upgradeSession(session: Session): void;

  /** What a role's pipeline shares with those of others. */
  protected answersOptions(): AnswersOptions<ServerConnection> {
    return {
      locals: {
        canUpgrade: this.parts.config.localSessionsUpgradingEnabled,
        upgrade: (session) => this.upgradeSession(session),
        closed: ({ id }) => this.#forget(id),
      },
      tree: this.tree,
      auth: this.auth,
      readCounter: this.#traffic,
      onApplied: (entry, write, result) => this.#applied(entry, write, result),
      onDigestMismatch: (zxid) => this.#digestMismatch(zxid),
    };
  }

  newSaslServer(): SaslServer | null {
    return this.parts.newSaslServer();
  }

  connect(connection: ServerConnection, request: ConnectRequest): void {
    if (!this.isServing) {
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
    if (this.isReadOnly && !request.readOnly) {
      this.warn(
        `Refusing session of ${connection.remoteAddress}: it wants more than to read, and there is no majority`,
      );
      connection.destroy();
      return;
    }
    if (request.lastZxidSeen > this.tree.lastProcessedZxid) {
      this.warn(
        `Refusing session of ${connection.remoteAddress}: it has seen zxid 0x${request.lastZxidSeen.toString(16)}, ` +
          `this server has 0x${this.tree.lastProcessedZxid.toString(16)}`,
      );
      connection.destroy();
      return;
    }
    const { minSessionTimeoutMs, maxSessionTimeoutMs } = this.parts.config;
    const timeoutMs = Math.min(Math.max(request.timeOut, minSessionTimeoutMs), maxSessionTimeoutMs);
    if (request.sessionId === 0n) this.createSession(connection, timeoutMs);
    else this.#resume(connection, request, timeoutMs);
  }

  fourLetterWord(connection: ServerConnection, word: FourLetterWord | "telnet close", payload: Buffer): void {
    this.parts.answerFourLetterWord(word, payload).then(
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
    if (session !== null && this.bySession.get(session.id) === connection) this.bySession.delete(session.id);
    this.parts.onConnectionClosed(connection);
  }

  warn(message: string): void {
    this.parts.logger.warn(message);
  }

  /** The session is not to be had: the client must begin a new one. */
  protected refuseSession(connection: ServerConnection, id: bigint, reason: string): void {
    this.warn(`Refusing session ${formatSessionId(id)} to ${connection.remoteAddress}: ${reason}`);
    connection.refuseSession();
  }

  /** From here on the session is the connection's. One that had it before is cut. */
  protected attach(connection: ServerConnection, session: Session): void {
    this.bySession.get(session.id)?.destroy();
    this.bySession.set(session.id, connection);
    connection.beginSession(session, session.timeoutMs);
  }

  /** Connections that are not listened to until there is room. */
  protected get waiting(): Iterable<ServerConnection> {
    return this.#waiting;
  }

  /** There may be room for clients that were told to wait. */
  protected wakeWaiting(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.clock.soon(() => {
      for (const connection of waiting) connection.resume();
    });
  }

  /** The password is looked at first: nobody may cut off a live client with a session id alone. */
  #resume(connection: ServerConnection, request: ConnectRequest, timeoutMs: number): void {
    const id = request.sessionId;
    if (isSessionPassword(id, request.passwd)) this.resumeSession(connection, id, timeoutMs);
    else this.refuseSession(connection, id, "the password is not its own");
  }

  #applied(entry: TxnEntry, write: QueuedWrite | null, result: TxnResult): void {
    const { header, txn } = entry;
    this.#traffic.wrote(txn);
    if (header.zxid > this.tree.fuzzyUpTo) this.digests.record(header.zxid, this.tree.znodes.digest);
    if (txn.type === OpCode.closeSession && result.err === ErrorCode.Ok) this.#sessionClosed(write, header.clientId);
    this.parts.onApplied(entry, write, result);
  }

  /** Ends a session that only this server knows: nothing was heard of it in time. */
  protected expireLocal(id: bigint): void {
    this.metrics.staleSessionsExpired.value++;
    this.#forget(id)?.closeWhenFlushed();
  }

  #sessionClosed(write: QueuedWrite | null, id: bigint): void {
    const connection = this.#forget(id);
    // Who asked for it gets a reply first; a connection whose session ended without it is cut.
    if (connection !== undefined && write?.client !== connection) connection.closeWhenFlushed();
  }

  #forget(id: bigint): ServerConnection | undefined {
    this.sessions.remove(id);
    const connection = this.bySession.get(id);
    this.bySession.delete(id);
    return connection;
  }

  #digestMismatch(zxid: number): void {
    this.metrics.digestMismatchesCount.value++;
    if (this.#digestMismatchSeen) return;
    this.#digestMismatchSeen = true;
    this.parts.logger.error(`The tree's digest is not what transaction 0x${zxid.toString(16)} foretold`);
  }
}
