import { silentLogger } from "@branta/foundation-observe";
import { type Clock, ManualClock, SeededRandom, SimulatedDisk } from "@branta/foundation-runtime";

import { parseServerConfig } from "../config/parse-server-config.ts";
import type { ServerOptions } from "../core/server-options.ts";
import { StandaloneServer } from "../standalone/standalone-server.ts";
import { RawClient } from "./raw-client.ts";

/** A real server on a free loopback port, with a disk in memory and time that stands still. */
export class TestServer implements AsyncDisposable {
  readonly server: StandaloneServer;
  readonly disk: SimulatedDisk;
  readonly clock: ManualClock;
  readonly #clients: RawClient[] = [];

  private constructor(server: StandaloneServer, disk: SimulatedDisk, clock: ManualClock) {
    this.server = server;
    this.disk = disk;
    this.clock = clock;
  }

  /** @param lines of zoo.cfg, besides the port and the folder */
  static async start(
    lines: readonly string[] = [],
    options: Partial<ServerOptions> & { disk?: SimulatedDisk; clock?: Clock } = {},
  ): Promise<TestServer> {
    const base = ["dataDir=/data", "clientPort=0", "clientPortAddress=127.0.0.1", "tickTime=1000"];
    const config = parseServerConfig({ text: [...base, ...lines].join("\n") });
    const random = new SeededRandom("server");
    const disk = options.disk ?? new SimulatedDisk({ random: random.fork("disk") });
    const clock = new ManualClock(1_800_000_000_000);
    const onFatal = (error: Error): void => {
      throw error;
    };
    const defaults = { config, logger: silentLogger, onFatal, disk, clock, random };
    return new TestServer(await StandaloneServer.start({ ...defaults, ...options }), disk, clock);
  }

  get port(): number {
    return this.server.view.clientPort;
  }

  get metrics(): StandaloneServer["core"]["metrics"] {
    return this.server.core.metrics;
  }

  async client(): Promise<RawClient> {
    const client = await RawClient.open(this.port);
    this.#clients.push(client);
    return client;
  }

  async session(fields: Parameters<typeof RawClient.session>[1] = {}): Promise<RawClient> {
    const client = await RawClient.session(this.port, fields);
    this.#clients.push(client);
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client[Symbol.dispose]();
    await this.server[Symbol.asyncDispose]();
  }
}
