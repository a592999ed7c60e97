import type { Clock } from "@branta/foundation-runtime";
import type { DataTree } from "@branta/zookeeper-engine";
import { formatZxid } from "@branta/zookeeper-protocol";

import type { ServerConfig } from "../config/server-config.ts";
import { ServerConnection } from "../connection/server-connection.ts";
import { auditWrite } from "../core/audit-trail.ts";
import { ClientPorts } from "../core/client-ports.ts";
import { type RunningServer, RunningServerView } from "../core/running-server-view.ts";
import { checkServerId, type ServerOptions, systemOf } from "../core/server-options.ts";
import { ServerStorage, type SystemPorts } from "../core/server-storage.ts";
import type { SnapshotScheduler } from "../core/snapshot-scheduler.ts";
import { Upkeep } from "../core/upkeep.ts";
import { answerFourLetterWord } from "../operator/four-letter-words.ts";
import { ServerMetrics } from "../operator/server-metrics.ts";
import { ServerStats } from "../operator/server-stats.ts";
import type { Directories, TxnLogWriter } from "../storage/index.ts";
import { treeOfSnapshot } from "./restore-snapshot.ts";
import { StandaloneCore } from "./standalone-core.ts";

/** One server by itself: sockets + disk + one engine. */
export class StandaloneServer implements RunningServer, AsyncDisposable {
  readonly config: ServerConfig;
  readonly clock: Clock;
  readonly directories: Directories;
  readonly snapshots: SnapshotScheduler<ServerConnection>;
  readonly view: RunningServerView;
  readonly ports: ClientPorts;
  readonly mode = "standalone";
  readonly ensemble = null;
  isServing = false;
  readonly #options: ServerOptions;
  readonly #system: SystemPorts;
  readonly #storage: ServerStorage;
  readonly #metrics: ServerMetrics;
  readonly #stats: ServerStats;
  readonly #upkeep: Upkeep;
  #core!: StandaloneCore;
  #log!: TxnLogWriter;

  private constructor(
    options: ServerOptions,
    system: SystemPorts,
    parts: { storage: ServerStorage; metrics: ServerMetrics; stats: ServerStats },
  ) {
    const { config, logger } = options;
    const { storage, metrics, stats } = parts;
    this.#options = options;
    this.#system = system;
    this.#storage = storage;
    this.#metrics = metrics;
    this.#stats = stats;
    this.config = config;
    this.clock = system.clock;
    this.directories = storage.directories;
    this.view = new RunningServerView(this);
    this.snapshots = storage.newScheduler({ tree: () => this.#core.tree, log: () => this.#log });
    this.ports = new ClientPorts({
      config,
      logger,
      metrics,
      guards: options.guards ?? { client: null, secure: null },
      accept: (socket, socketOptions) => new ServerConnection(this.#core, socket, socketOptions),
    });
    this.#upkeep = new Upkeep({
      ...system,
      ...parts,
      config,
      logger,
      directories: storage.directories,
      connections: () => this.ports.connections(),
    });
  }

  /** Loads the database and begins to serve. */
  static async start(options: ServerOptions): Promise<StandaloneServer> {
    checkServerId(options.config);
    const system = systemOf(options);
    const metrics = new ServerMetrics();
    const stats = new ServerStats(metrics, system.clock.nowMs());
    const storage = await ServerStorage.open({ ...options, ...system, metrics, stats });
    const server = new StandaloneServer(options, system, { storage, metrics, stats });
    await server.#load();
    server.#core.start();
    server.#upkeep.start();
    server.isServing = true;
    await server.ports.open();
    return server;
  }

  /** Another one after a snapshot was restored. */
  get core(): StandaloneCore {
    return this.#core;
  }

  /**
   * Replaces the tree by a snapshot's and answers its last zxid. All connections end; their clients come back with the
   * sessions they had, if the snapshot knows them. Where this server was ahead of the snapshot, the tree gets a new zxid
   * after all that were ever given out: neither clients nor the log ever see one twice (Apache goes back in time here).
   * @throws StorageError `corruptSnapshot`: then nothing has changed
   */
  async restore(snapshot: AsyncIterable<Uint8Array>): Promise<number> {
    const startedAtMs = this.clock.nowMs();
    const tree = await treeOfSnapshot(snapshot, () => this.#storage.newTree());
    this.isServing = false;
    for (const connection of this.ports.connections()) connection.destroy();
    this.#core.pipeline.closeIntake();
    this.#core[Symbol.dispose]();
    await this.#log.flush();
    await this.snapshots.idle();
    const lastZxid = this.#core.tree.lastProcessedZxid;
    if (tree.lastProcessedZxid < lastZxid) tree.lastProcessedZxid = lastZxid + 1;
    this.#core = this.#newCore(tree);
    // From here on a restart comes to this tree: no older entry is replayed over a snapshot that is ahead of it.
    this.#log.roll();
    await this.snapshots.take();
    this.#core.start();
    this.isServing = true;
    this.#metrics.restoreTime.add(Math.round(this.clock.nowMs() - startedAtMs));
    this.#options.logger.info(`Restored a snapshot: now at zxid ${formatZxid(tree.lastProcessedZxid)}`);
    return tree.lastProcessedZxid;
  }

  /**
   * Stops serving: no more is read, what was taken in is made durable, applied and answered, then connections end.
   * Sessions live on for a restart.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.isServing = false;
    this.#upkeep[Symbol.dispose]();
    this.#core[Symbol.dispose]();
    this.#core.pipeline.closeIntake();
    await this.#log.flush();
    await this.ports[Symbol.asyncDispose]();
    await this.snapshots.idle();
    await this.#log.close();
  }

  async #load(): Promise<void> {
    const { tree, recovered } = await this.#storage.load();
    this.#log = await this.#storage.openLog({
      onDurable: (zxid) => this.#core.durable(zxid),
      onDrain: () => this.#core.pipeline.drained(),
      onFatal: this.#options.onFatal,
    });
    this.#core = this.#newCore(tree);
    if (recovered.snapshot !== null) this.snapshots.found(recovered.snapshot.zxid, this.clock.wallMs());
    // Without a first snapshot its logs would stand alone, which a later start must take for a loss.
    if (recovered.isNew) await this.snapshots.take();
  }

  #newCore(tree: DataTree<ServerConnection>): StandaloneCore {
    const audit = this.#options.audit ?? null;
    return new StandaloneCore({
      ...this.#system,
      config: this.config,
      logger: this.#options.logger,
      stats: this.#stats,
      metrics: this.#metrics,
      tree,
      log: this.#log,
      newSaslServer: this.#options.newSaslServer ?? (() => null),
      isServing: () => this.isServing,
      answerFourLetterWord: (word, payload) => answerFourLetterWord(word, this.view, payload),
      onApplied: (entry, write, result) => {
        if (audit !== null) auditWrite(audit, entry, write, result);
        this.snapshots.applied();
      },
      onConnectionClosed: (connection) => this.ports.remove(connection),
    });
  }
}
