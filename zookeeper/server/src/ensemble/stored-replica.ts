import type { DurableState, PersistToken } from "@branta/zookeeper-engine";

import type { ServerConnection } from "../connection/server-connection.ts";
import type { LoadedDatabase } from "../core/load-database.ts";
import type { ServerOptions } from "../core/server-options.ts";
import { ServerStorage, type SystemPorts } from "../core/server-storage.ts";
import { ServerMetrics } from "../operator/server-metrics.ts";
import { ServerStats } from "../operator/server-stats.ts";
import { RecentEntries, restoreEpochs, SnapshotStore } from "../storage/index.ts";
import { ConfigurationFiles } from "./configuration-files.ts";

/** Stands for everything that was found on disk. */
export const FOUND = 1 as PersistToken;

/** A replica as its disk has it, with what was counted while it was read. */
export interface StoredReplica {
  readonly metrics: ServerMetrics;
  readonly stats: ServerStats;
  readonly storage: ServerStorage;
  readonly durable: DurableState;
  readonly loaded: LoadedDatabase<ServerConnection>;
  /** Null where the members do not change, or no file could say so. */
  readonly configurations: ConfigurationFiles | null;
}

/** Reads snapshot, log, epochs and configurations. @throws StorageError */
export async function readStoredReplica(
  options: Omit<ServerOptions, keyof SystemPorts> & SystemPorts,
): Promise<StoredReplica> {
  const { config, disk, clock, logger } = options;
  const metrics = new ServerMetrics();
  const stats = new ServerStats(metrics, clock.nowMs());
  const storage = await ServerStorage.open({ ...options, metrics, stats });
  const recent = new RecentEntries(config.commitLogCount);
  const loaded = await storage.load({ isMember: true, onRecord: ({ zxid, bytes }) => recent.add(zxid, bytes) });
  const { lastZxid } = loaded.recovered;
  const epochs = await restoreEpochs({
    disk,
    directory: storage.directories.snapshotDirectory,
    lastZxid,
    onNotice: (message) => logger.info(message),
  });
  const { file, serverId, reconfigEnabled } = config;
  const configurations = reconfigEnabled && file !== null ? new ConfigurationFiles({ disk, file, serverId }) : null;
  const nextConfiguration = (await configurations?.readNext()) ?? null;
  const snapshots = new SnapshotStore({ disk, directory: storage.directories.snapshotDirectory });
  const oldestZxid = (await snapshots.findValid(Number.POSITIVE_INFINITY)).at(-1)?.zxid ?? 0;
  const found = { ...epochs, lastZxid, oldestZxid, recent: recent.upTo(lastZxid), token: FOUND };
  return { metrics, stats, storage, loaded, configurations, durable: { ...found, nextConfiguration } };
}
