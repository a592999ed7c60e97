import type { Clock } from "@branta/foundation-runtime";
import { formatZxid } from "@branta/zookeeper-protocol";

import type { ServerConfig } from "../config/server-config.ts";
import { ServerConnection } from "../connection/server-connection.ts";
import { ClientPorts } from "../core/client-ports.ts";
import { type RunningServer, RunningServerView } from "../core/running-server-view.ts";
import { checkServerId, type ServerOptions, systemOf } from "../core/server-options.ts";
import type { SnapshotScheduler } from "../core/snapshot-scheduler.ts";
import { Upkeep } from "../core/upkeep.ts";
import type { EnsembleView } from "../operator/ensemble-view.ts";
import type { ServerMode } from "../operator/server-view.ts";
import { type Directories, StorageError } from "../storage/index.ts";
import { Replica, type ReplicaOptions } from "./replica.ts";
import { readMembershipText } from "./configuration-text.ts";
import type { RoleCore } from "./role-core.ts";

export type EnsembleServerOptions = ServerOptions & Pick<ReplicaOptions, "network" | "electionNetwork">;

/** One server of an ensemble: its replica, its clients' ports and what every server does beside. */
export class EnsembleServer implements RunningServer, AsyncDisposable {
  readonly config: ServerConfig;
  readonly clock: Clock;
  readonly directories: Directories;
  readonly snapshots: SnapshotScheduler<ServerConnection>;
  readonly view: RunningServerView;
  readonly ports: ClientPorts;
  readonly #replica: Replica;
  readonly #upkeep: Upkeep;

  private constructor(options: EnsembleServerOptions, replica: Replica) {
    const { config, logger } = options;
    const { metrics, stats, storage } = replica;
    this.#replica = replica;
    this.config = config;
    this.clock = replica.clock;
    this.directories = storage.directories;
    this.snapshots = replica.snapshots;
    this.view = new RunningServerView(this);
    this.ports = new ClientPorts({
      config,
      logger,
      metrics,
      guards: options.guards ?? { client: null, secure: null },
      accept: (socket, socketOptions) => new ServerConnection(this.core, socket, socketOptions),
    });
    this.#upkeep = new Upkeep({
      ...systemOf(options),
      config,
      logger,
      directories: storage.directories,
      metrics,
      stats,
      connections: () => this.ports.connections(),
    });
  }

  /**
   * Loads the database, opens the clients' ports and begins to look for a leader. Operators are answered from then on, and
   * clients as soon as there is a leader with a quorum.
   */
  static async start(options: EnsembleServerOptions): Promise<EnsembleServer> {
    checkServerId(options.config);
    const late: { server: EnsembleServer | null } = { server: null };
    const replica = await Replica.open({
      ...options,
      ...systemOf(options),
      connections: () => late.server?.ports.connections() ?? [],
      onConnectionClosed: (connection) => late.server?.ports.remove(connection),
      view: () => late.server!.view,
      onConfigured(configuration) {
        const own = readMembershipText(configuration.text).members.get(options.config.serverId);
        if (own !== undefined && own.clientAddress !== null) void late.server!.ports.move(own.clientAddress);
      },
    });
    const server = new EnsembleServer(options, replica);
    late.server = server;
    await server.ports.open();
    server.#upkeep.start();
    await replica.start();
    options.logger.info(`Looking for a leader, with a history up to ${formatZxid(server.core.tree.lastProcessedZxid)}`);
    return server;
  }

  /** Another one with each role. */
  get core(): RoleCore {
    return this.#replica.core;
  }

  get ensemble(): EnsembleView {
    return this.#replica.view;
  }

  get mode(): ServerMode {
    if (this.core.isReadOnly) return "read-only";
    const { role } = this.#replica.view;
    if (role === "leading") return "leader";
    return role === "observing" ? "observer" : "follower";
  }

  /** @throws StorageError always: one server's tree alone must not become another one */
  restore(): Promise<number> {
    return Promise.reject(
      new StorageError(
        "noSnapshot",
        "Cannot restore a snapshot on one server of an ensemble: the others would keep their trees; stop all of them, " +
          "put the snapshot into one empty data directory and start that server first",
      ),
    );
  }

  /** Leaves the ensemble, ends all connections and closes the files. Nothing that was acknowledged is lost. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#upkeep[Symbol.dispose]();
    // The others look for a leader as soon as the links are gone: no slow client may keep them waiting.
    await Promise.all([this.#replica[Symbol.asyncDispose](), this.ports[Symbol.asyncDispose]()]);
  }
}
