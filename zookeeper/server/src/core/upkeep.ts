import type { Logger } from "@branta/foundation-observe";
import { type Clock, type Disk, releaseMemory } from "@branta/foundation-runtime";

import type { ServerConfig } from "../config/server-config.ts";
import type { ServerConnection } from "../connection/server-connection.ts";
import type { ServerMetrics } from "../operator/server-metrics.ts";
import type { ServerStats } from "../operator/server-stats.ts";
import { type Directories, Purger } from "../storage/index.ts";
import { IdleCollector } from "./idle-collector.ts";
import { SessionlessTimeout } from "./sessionless-timeout.ts";

export interface UpkeepOptions {
  readonly config: ServerConfig;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly disk: Disk;
  readonly directories: Directories;
  readonly metrics: ServerMetrics;
  readonly stats: ServerStats;
  connections(): Iterable<ServerConnection>;
}

/** What every server does from time to time, whatever its role: old files, silent connections and garbage go. */
export class Upkeep implements Disposable {
  readonly #purger: Purger;
  readonly #sessionless: SessionlessTimeout;
  readonly #idle: IdleCollector;

  constructor(options: UpkeepOptions) {
    const { config, logger, clock, disk, directories, metrics, stats } = options;
    this.#sessionless = new SessionlessTimeout(clock, config.sessionlessConnectionTimeoutMs, {
      connections: () => options.connections(),
      onExpired: () => void metrics.sessionlessConnectionsExpired.value++,
    });
    this.#purger = new Purger({
      disk,
      clock,
      ...directories,
      retainCount: config.autopurgeSnapRetainCount,
      intervalMs: config.autopurgePurgeIntervalHours * 3_600_000,
      onRemoved: (path) => logger.info(`Purged "${path}"`),
      onError: (error) => logger.error("Cannot purge old snapshots and logs", { error }),
    });
    this.#idle = new IdleCollector({ clock, requests: () => stats.packetsReceived, collect: releaseMemory });
  }

  start(): void {
    this.#sessionless.start();
    this.#purger.start();
    this.#idle.start();
  }

  [Symbol.dispose](): void {
    this.#purger[Symbol.dispose]();
    this.#sessionless[Symbol.dispose]();
    this.#idle[Symbol.dispose]();
  }
}
