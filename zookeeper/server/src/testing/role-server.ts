import { silentLogger } from "@branta/foundation-observe";
import { ManualClock, SeededRandom } from "@branta/foundation-runtime";
import { DataTree } from "@branta/zookeeper-engine";

import { parseServerConfig } from "../config/parse-server-config.ts";
import { ClientListener } from "../connection/client-listener.ts";
import { ServerConnection } from "../connection/server-connection.ts";
import type { EnsembleParts, RoleCore } from "../ensemble/role-core.ts";
import { ServerMetrics } from "../operator/server-metrics.ts";
import { ServerStats } from "../operator/server-stats.ts";
import { RawClient } from "./raw-client.ts";

/** A server's request side in one role after the other, on a free loopback port; the test plays the rest of the ensemble. */
export class RoleServer implements AsyncDisposable {
  readonly parts: EnsembleParts;
  readonly tree: DataTree<ServerConnection>;
  readonly clock: ManualClock;
  readonly metrics = new ServerMetrics();
  core!: RoleCore;
  /** Answers of this server to four-letter words wait for it. */
  fourLetterAnswer: Promise<string> = Promise.resolve("fine");
  readonly warnings: string[] = [];
  #listener!: ClientListener;
  readonly #clients: RawClient[] = [];

  private constructor(serverId: number, clock: ManualClock, lines: readonly string[]) {
    this.clock = clock;
    const base = ["dataDir=/data", "clientPort=0", "tickTime=1000"];
    const config = { ...parseServerConfig({ text: [...base, ...lines].join("\n") }), serverId };
    const ownerRules = { extendedTypes: config.extendedTypesEnabled, emulate353: false };
    this.tree = new DataTree({ ownerRules, deliver: (watcher, event) => watcher.deliver(event) });
    this.tree.createBuiltIns();
    this.parts = {
      config,
      clock,
      random: new SeededRandom(`server ${serverId}`),
      logger: { ...silentLogger, warn: (message) => void this.warnings.push(message) },
      metrics: this.metrics,
      stats: new ServerStats(this.metrics, clock.nowMs()),
      tree: this.tree,
      newSaslServer: () => null,
      answerFourLetterWord: () => this.fourLetterAnswer,
      onApplied() {},
      onConnectionClosed: (connection) => this.#listener.remove(connection),
      connections: () => this.#listener.connections,
    };
  }

  static async open(
    serverId: number,
    newCore: (parts: EnsembleParts) => RoleCore,
    options: { clock?: ManualClock; lines?: readonly string[] } = {},
  ): Promise<RoleServer> {
    const server = new RoleServer(serverId, options.clock ?? new ManualClock(1_800_000_000_000), options.lines ?? []);
    server.core = newCore(server.parts);
    server.#listener = await ClientListener.open({
      host: "127.0.0.1",
      port: 0,
      backlog: 50,
      maxPerAddress: 0,
      maxConnections: 0,
      keepAlive: false,
      guard: null,
      key: "clientPort",
      connectionCount: () => 0,
      accept: (socket, accepted) => new ServerConnection(server.core, socket, accepted),
      onRejected() {},
      onHandshakeFailed() {},
    });
    return server;
  }

  /** Ends the role there is and begins another. */
  become(newCore: (parts: EnsembleParts) => RoleCore): RoleCore {
    this.core[Symbol.dispose]();
    this.core = newCore(this.parts);
    return this.core;
  }

  async client(): Promise<RawClient> {
    const client = await RawClient.open(this.#listener.port);
    this.#clients.push(client);
    return client;
  }

  async session(fields: Parameters<typeof RawClient.session>[1] = {}): Promise<RawClient> {
    const client = await RawClient.session(this.#listener.port, fields);
    this.#clients.push(client);
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client[Symbol.dispose]();
    this.core[Symbol.dispose]();
    await this.#listener[Symbol.asyncDispose]();
  }
}
