import type { Logger } from "@branta/foundation-observe";
import { type Clock, type Disk, type FatalHook, type Random, releaseMemory } from "@branta/foundation-runtime";
import type { DataTree } from "@branta/zookeeper-engine";
import { EventType, formatZxid } from "@branta/zookeeper-protocol";

import type { ServerConfig } from "../config/server-config.ts";
import type { ServerConnection } from "../connection/server-connection.ts";
import type { ServerMetrics } from "../operator/server-metrics.ts";
import type { ServerStats } from "../operator/server-stats.ts";
import {
  type Directories,
  prepareDirectories,
  type Recovered,
  SnapshotStore,
  TxnLogWriter,
  type TxnLogWriterOptions,
} from "../storage/index.ts";
import { loadDatabase, type LoadedDatabase, type LoadOptions, newTree } from "./load-database.ts";
import { type SnapshotLog, SnapshotScheduler } from "./snapshot-scheduler.ts";

/** What a server takes from the system it runs on. */
export interface SystemPorts {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: Random;
}

export interface ServerStorageOptions extends SystemPorts {
  readonly config: ServerConfig;
  readonly logger: Logger;
  readonly metrics: ServerMetrics;
  readonly stats: ServerStats;
  /** A write or fsync failed: the process must end. */
  readonly onFatal: FatalHook;
}

/** What a log tells whoever writes it. */
export type LogHooks = Pick<TxnLogWriterOptions, "onDurable" | "onFatal"> & { onDrain(): void };

/** Nodes from which on it pays to collect what loading them has left. */
const LARGE_DATABASE_NODES = 10_000;

/** A server's directories, and how what is in them is read and written by its configuration. */
export class ServerStorage {
  readonly directories: Directories;
  readonly #options: ServerStorageOptions;

  private constructor(options: ServerStorageOptions, directories: Directories) {
    this.#options = options;
    this.directories = directories;
  }

  /** Makes or checks the directories. @throws StorageError `badDirectory` */
  static async open(options: ServerStorageOptions): Promise<ServerStorage> {
    const { config, disk } = options;
    const directories = await prepareDirectories({
      disk,
      dataDir: config.dataDir,
      dataLogDir: config.dataLogDir,
      autoCreate: config.dataDirAutocreate,
    });
    return new ServerStorage(options, directories);
  }

  /** Brings back what was durable. No log may be open, no snapshot in the making. @throws StorageError */
  async load(
    hooks: Pick<LoadOptions<ServerConnection>, "onRecord" | "isMember"> = {},
  ): Promise<LoadedDatabase<ServerConnection>> {
    const { metrics, logger } = this.#options;
    const loaded = await loadDatabase<ServerConnection>({
      ...this.#options,
      ...this.#treeOptions(),
      ...hooks,
      directories: this.directories,
      onWarning: (warning) => logger.warn(warning.message),
      onDigestMismatch(zxid, count) {
        metrics.digestMismatchesCount.value += count;
        logger.error(`The tree's digest is not what transaction ${formatZxid(zxid)} foretold`);
      },
    });
    const { tree, recovered } = loaded;
    if (!recovered.isNew) recordStart(metrics, recovered);
    logger.info(`Loaded ${tree.znodes.count} nodes up to zxid ${formatZxid(tree.lastProcessedZxid)}`);
    // Reading a large database leaves about as much garbage as it brings data.
    if (tree.znodes.count > LARGE_DATABASE_NODES) releaseMemory();
    return loaded;
  }

  /** An empty tree, for a snapshot. */
  newTree(): DataTree<ServerConnection> {
    return newTree({ config: this.#options.config, ...this.#treeOptions() });
  }

  /** Opens the log behind what is there. */
  openLog(hooks: LogHooks): Promise<TxnLogWriter> {
    const { config, logger, disk, clock, metrics, stats } = this.#options;
    return TxnLogWriter.open({
      disk,
      clock,
      directory: this.directories.logDirectory,
      preAllocBytes: config.preAllocSizeBytes,
      sizeLimitBytes: config.txnLogSizeLimitBytes,
      forceSync: config.forceSync,
      fsyncWarningMs: config.fsyncWarningThresholdMs,
      ...hooks,
      onFsync: (elapsedMs) => metrics.fsyncTime.add(elapsedMs),
      onSlowFsync(elapsedMs, segmentBytes) {
        stats.fsyncThresholdExceedCount++;
        const size = `file size is ${segmentBytes} bytes`;
        logger.warn(`fsync took ${Math.round(elapsedMs)} ms, ${size}: writes wait for the disk`);
      },
    });
  }

  /** Writes snapshots of what is the server's tree at the time. */
  newScheduler(parts: { tree(): DataTree<ServerConnection>; log(): SnapshotLog }): SnapshotScheduler<ServerConnection> {
    const { config, logger, disk, clock, random, metrics, stats, onFatal } = this.#options;
    const store = new SnapshotStore({
      disk,
      directory: this.directories.snapshotDirectory,
      compression: config.snapshotCompressionMethod,
      onWarning: (warning) => logger.warn(warning.message),
    });
    return new SnapshotScheduler({
      clock,
      random,
      config,
      store,
      ...parts,
      requestCount: () => stats.packetsReceived,
      onWritten(written, elapsedMs) {
        metrics.snapshotTime.add(elapsedMs);
        logger.info(`Wrote snapshot "${written.path}", ${written.sizeBytes} bytes in ${Math.round(elapsedMs)} ms`);
      },
      onError: onFatal,
    });
  }

  /** How a tree's watches reach their clients and are counted. */
  #treeOptions(): Pick<LoadOptions<ServerConnection>, "deliver" | "onTrigger" | "hashSeed"> {
    const { metrics, random } = this.#options;
    const counts = {
      [EventType.NodeCreated]: metrics.nodeCreatedWatchCount,
      [EventType.NodeDeleted]: metrics.nodeDeletedWatchCount,
      [EventType.NodeDataChanged]: metrics.nodeChangedWatchCount,
      [EventType.NodeChildrenChanged]: metrics.nodeChildrenWatchCount,
    };
    return {
      hashSeed: random.u32(),
      deliver: (watcher, event) => watcher.deliver(event),
      onTrigger: (type, watchers) => counts[type as keyof typeof counts]?.add(watchers),
    };
  }
}

/** What Apache's metrics of the same names count: whole milliseconds, and transactions. */
function recordStart(metrics: ServerMetrics, recovered: Recovered): void {
  const { snapshotMs, replayMs, entries } = recovered;
  metrics.startupSnapLoadTime.add(Math.round(snapshotMs));
  metrics.startupTxnsLoaded.add(entries);
  metrics.startupTxnsLoadTime.add(Math.round(replayMs));
  metrics.dbInitTime.add(Math.round(snapshotMs + replayMs));
}
