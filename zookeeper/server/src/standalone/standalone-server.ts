import { ConfigError, type HostPort } from "@branta/foundation-config";
import type { Logger } from "@branta/foundation-observe";
import {
  type Clock,
  type Disk,
  NodeDisk,
  type Random,
  releaseMemory,
  SystemClock,
  SystemRandom,
} from "@branta/foundation-runtime";
import type { SaslServer } from "@branta/zookeeper-engine";
import { formatZxid, SERVER_ID_MAX_WITH_TTL } from "@branta/zookeeper-protocol";

import type { ServerConfig } from "../config/server-config.ts";
import { ClientListener, type SocketGuard } from "../connection/client-listener.ts";
import { ServerConnection } from "../connection/server-connection.ts";
import type { AuditLog } from "../operator/audit-log.ts";
import { type Directories, Purger } from "../storage/index.ts";
import { treeOfSnapshot } from "./restore-snapshot.ts";
import { IdleCollector } from "./idle-collector.ts";
import { ServerParts } from "./server-parts.ts";
import { SessionlessTimeout } from "../core/sessionless-timeout.ts";
import type { SnapshotScheduler } from "./snapshot-scheduler.ts";
import type { StandaloneCore } from "./standalone-core.ts";
import { StandaloneView } from "./standalone-view.ts";

/** What a server is made of besides its configuration; what is left out is the system's own. */
export interface StandaloneServerOptions {
  readonly config: ServerConfig;
  readonly logger: Logger;
  /** A write or fsync failed, and nothing that was promised since can be kept: the process must end. */
  readonly onFatal: (error: Error) => void;
  readonly disk?: Disk;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly guards?: { readonly client: SocketGuard | null; readonly secure: SocketGuard | null };
  readonly newSaslServer?: () => SaslServer | null;
  /** Told of every write; null where auditing is off. */
  readonly audit?: AuditLog | null;
}

/** Nodes from which on it pays to collect what loading them has left. */
const LARGE_DATABASE_NODES = 10_000;

/** One server by itself: sockets + disk + one engine. */
export class StandaloneServer implements AsyncDisposable {
  readonly config: ServerConfig;
  readonly clock: Clock;
  readonly directories: Directories;
  readonly snapshots: SnapshotScheduler<ServerConnection>;
  readonly view: StandaloneView;
  listener: ClientListener | null = null;
  secureListener: ClientListener | null = null;
  isServing = false;
  readonly #options: StandaloneServerOptions;
  readonly #parts: ServerParts;
  readonly #sessionless: SessionlessTimeout;
  readonly #purger: Purger;
  readonly #idle: IdleCollector;

  private constructor(options: StandaloneServerOptions, parts: ServerParts) {
    this.#options = options;
    this.#parts = parts;
    parts.server = this;
    this.config = options.config;
    this.clock = parts.clock;
    this.directories = parts.directories;
    this.snapshots = parts.snapshots;
    this.view = new StandaloneView(this);
    this.#sessionless = new SessionlessTimeout(parts.clock, this.config.sessionlessConnectionTimeoutMs, {
      connections: () => this.openConnections(),
      onExpired: () => void this.core.metrics.sessionlessConnectionsExpired.value++,
    });
    this.#purger = new Purger({
      disk: parts.disk,
      clock: parts.clock,
      ...parts.directories,
      retainCount: this.config.autopurgeSnapRetainCount,
      intervalMs: this.config.autopurgePurgeIntervalHours * 3_600_000,
      onRemoved: (path) => options.logger.info(`Purged "${path}"`),
      onError: (error) => options.logger.error("Cannot purge old snapshots and logs", { error }),
    });
    this.#idle = new IdleCollector({
      clock: parts.clock,
      requests: () => this.core.stats.packetsReceived,
      collect: releaseMemory,
    });
  }

  /** Loads the database and begins to serve. */
  static async start(options: StandaloneServerOptions): Promise<StandaloneServer> {
    const { logger, config } = options;
    if (config.extendedTypesEnabled && config.serverId > SERVER_ID_MAX_WITH_TTL) {
      throw new ConfigError(
        "conflict",
        `myid is "${config.serverId}"; with extendedTypesEnabled it must be at most 254`,
      );
    }
    const system = {
      disk: options.disk ?? new NodeDisk(),
      clock: options.clock ?? new SystemClock(),
      random: options.random ?? new SystemRandom(),
    };
    const server = new StandaloneServer(options, await ServerParts.open(options, system));
    const { snapshots, core, recovered } = server.#parts;
    if (recovered.snapshot !== null) snapshots.found(recovered.snapshot.zxid, system.clock.wallMs());
    // Without a first snapshot its logs would stand alone, which a later start must take for a loss.
    if (recovered.isNew) await snapshots.take();
    logger.info(`Loaded ${core.tree.znodes.count} nodes up to zxid ${formatZxid(core.tree.lastProcessedZxid)}`);
    // Reading a large database leaves about as much garbage as it brings data.
    if (core.tree.znodes.count > LARGE_DATABASE_NODES) releaseMemory();
    await server.#listen();
    return server;
  }

  /** Another one after a snapshot was restored. */
  get core(): StandaloneCore {
    return this.#parts.core;
  }

  get connectionCount(): number {
    return (this.listener?.connections.size ?? 0) + (this.secureListener?.connections.size ?? 0);
  }

  /**
   * Replaces the tree by a snapshot's and answers its last zxid. All connections end; their clients come back with the
   * sessions they had, if the snapshot knows them. Where this server was ahead of the snapshot, the tree gets a new zxid
   * after all that were ever given out: neither clients nor the log ever see one twice (Apache goes back in time here).
   * @throws StorageError `corruptSnapshot`: then nothing has changed
   */
  async restore(snapshot: AsyncIterable<Uint8Array>): Promise<number> {
    const startedAtMs = this.clock.nowMs();
    const tree = await treeOfSnapshot(snapshot, () => this.#parts.newTree());
    this.isServing = false;
    for (const connection of this.openConnections()) connection.destroy();
    this.core.pipeline.closeIntake();
    this.core[Symbol.dispose]();
    await this.#parts.log.flush();
    await this.snapshots.idle();
    const lastZxid = this.core.tree.lastProcessedZxid;
    if (tree.lastProcessedZxid < lastZxid) tree.lastProcessedZxid = lastZxid + 1;
    this.#parts.replaceTree(tree);
    // From here on a restart comes to this tree: no older entry is replayed over a snapshot that is ahead of it.
    this.#parts.log.roll();
    await this.snapshots.take();
    this.core.start();
    this.isServing = true;
    this.core.metrics.restoreTime.add(Math.round(this.clock.nowMs() - startedAtMs));
    this.#options.logger.info(`Restored a snapshot: now at zxid ${formatZxid(tree.lastProcessedZxid)}`);
    return tree.lastProcessedZxid;
  }

  /**
   * Stops serving: no more is read, what was taken in is made durable, applied and answered, then connections end.
   * Sessions live on for a restart.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.isServing = false;
    this.#purger[Symbol.dispose]();
    this.#sessionless[Symbol.dispose]();
    this.#idle[Symbol.dispose]();
    this.core[Symbol.dispose]();
    this.core.pipeline.closeIntake();
    await this.#parts.log.flush();
    await Promise.all([this.listener?.[Symbol.asyncDispose](), this.secureListener?.[Symbol.asyncDispose]()]);
    await this.snapshots.idle();
    await this.#parts.log.close();
  }

  async #listen(): Promise<void> {
    this.core.start();
    this.#sessionless.start();
    this.#purger.start();
    this.#idle.start();
    this.isServing = true;
    const { clientAddress, secureClientAddress } = this.config;
    const guards = this.#options.guards ?? { client: null, secure: null };
    if (clientAddress !== null) this.listener = await this.#open(clientAddress, "clientPort", guards.client);
    if (secureClientAddress !== null)
      this.secureListener = await this.#open(secureClientAddress, "secureClientPort", guards.secure);
  }

  #open(address: HostPort, key: string, guard: SocketGuard | null): Promise<ClientListener> {
    const { logger } = this.#options;
    const { config } = this;
    const { metrics } = this.core;
    return ClientListener.open({
      host: address.host,
      port: address.port,
      key,
      guard,
      backlog: config.clientPortListenBacklog,
      maxPerAddress: config.maxClientConnections,
      maxConnections: config.maxConnections,
      keepAlive: config.clientTcpKeepAlive,
      connectionCount: () => this.connectionCount,
      accept: (socket, options) => new ServerConnection(this.core, socket, options),
      onRejected: (remote, reason) => {
        metrics.connectionRejected.value++;
        logger.warn(`Rejecting connection of ${remote}: ${reason}`);
      },
      onHandshakeFailed: (remote, error) => {
        metrics.unsuccessfulHandshake.value++;
        logger.warn(`TLS handshake with ${remote} failed: ${error.message}`);
      },
    });
  }

  /** Connections of all ports. */
  *openConnections(): Generator<ServerConnection> {
    yield* this.listener?.connections ?? [];
    yield* this.secureListener?.connections ?? [];
  }
}
