import type { Clock, Disk, Random } from "@branta/foundation-runtime";
import type { DataTree } from "@branta/zookeeper-engine";
import { formatZxid } from "@branta/zookeeper-protocol";

import type { ServerConnection } from "../connection/server-connection.ts";
import { answerFourLetterWord } from "../operator/four-letter-words.ts";
import { ServerMetrics } from "../operator/server-metrics.ts";
import { ServerStats } from "../operator/server-stats.ts";
import { type Directories, prepareDirectories, type Recovered, SnapshotStore, TxnLogWriter } from "../storage/index.ts";
import { loadDatabase } from "./load-database.ts";
import { ServerCore } from "./server-core.ts";
import { SnapshotScheduler } from "./snapshot-scheduler.ts";
import type { StandaloneServer, StandaloneServerOptions } from "./standalone-server.ts";

/** What a server takes from the system it runs on. */
export interface SystemPorts {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * The parts of a standalone server, put together: disk → log and snapshots → core. They call each other, so some are
 * reached through this object, after all have been made.
 */
export class ServerParts {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly directories: Directories;
  readonly recovered: Recovered;
  readonly log: TxnLogWriter;
  readonly core: ServerCore;
  readonly snapshots: SnapshotScheduler<ServerConnection>;
  /** The server these parts belong to; set when it is made, before anything can ask for it. */
  server!: StandaloneServer;

  private constructor(
    parts: Pick<ServerParts, "disk" | "clock" | "directories" | "recovered" | "log" | "core" | "snapshots">,
  ) {
    this.disk = parts.disk;
    this.clock = parts.clock;
    this.directories = parts.directories;
    this.recovered = parts.recovered;
    this.log = parts.log;
    this.core = parts.core;
    this.snapshots = parts.snapshots;
  }

  /** Reads what is on disk and makes everything ready to serve. */
  static async open(options: StandaloneServerOptions, system: SystemPorts): Promise<ServerParts> {
    const { config } = options;
    const { disk, clock } = system;
    const metrics = new ServerMetrics();
    const stats = new ServerStats(metrics, clock.nowMs());
    const directories = await prepareDirectories({
      disk,
      dataDir: config.dataDir,
      dataLogDir: config.dataLogDir,
      autoCreate: config.dataDirAutocreate,
    });
    const { tree, recovered } = await load(options, system, directories, metrics);
    const late: { parts: ServerParts | null } = { parts: null };
    const log = await openLog(options, system, directories, { metrics, stats, late });
    const core = new ServerCore({
      ...system,
      config,
      logger: options.logger,
      stats,
      metrics,
      tree,
      log,
      newSaslServer: options.newSaslServer ?? (() => null),
      answerFourLetterWord: (word, payload) => answerFourLetterWord(word, late.parts!.server.view, payload),
      onApplied: () => late.parts!.snapshots.applied(),
      onConnectionClosed(connection) {
        late.parts!.server.listener?.remove(connection);
        late.parts!.server.secureListener?.remove(connection);
      },
    });
    const snapshots = newScheduler(options, system, directories, { metrics, stats, tree, log });
    late.parts = new ServerParts({ disk, clock, directories, recovered, log, core, snapshots });
    return late.parts;
  }
}

function load(
  { config, logger }: StandaloneServerOptions,
  system: SystemPorts,
  directories: Directories,
  metrics: ServerMetrics,
): Promise<{ tree: DataTree<ServerConnection>; recovered: Recovered }> {
  return loadDatabase<ServerConnection>({
    ...system,
    config,
    directories,
    hashSeed: system.random.u32(),
    deliver: (watcher, event) => watcher.deliver(event),
    onWarning: (warning) => logger.warn(warning.message),
    onDigestMismatch(zxid) {
      metrics.digestMismatchesCount.value++;
      logger.error(`The tree's digest is not what transaction ${formatZxid(zxid)} foretold`);
    },
  });
}

function openLog(
  { config, logger, onFatal }: StandaloneServerOptions,
  { disk, clock }: SystemPorts,
  directories: Directories,
  parts: { metrics: ServerMetrics; stats: ServerStats; late: { parts: ServerParts | null } },
): Promise<TxnLogWriter> {
  const { metrics, stats, late } = parts;
  return TxnLogWriter.open({
    disk,
    clock,
    directory: directories.logDirectory,
    preAllocBytes: config.preAllocSizeBytes,
    sizeLimitBytes: config.txnLogSizeLimitBytes,
    forceSync: config.forceSync,
    fsyncWarningMs: config.fsyncWarningThresholdMs,
    onDurable: (zxid) => late.parts!.core.durable(zxid),
    onDrain: () => late.parts!.core.pipeline.drained(),
    onFatal,
    onFsync: (elapsedMs) => metrics.fsyncTime.add(elapsedMs),
    onSlowFsync(elapsedMs, segmentBytes) {
      stats.fsyncThresholdExceedCount++;
      const size = `file size is ${segmentBytes} bytes`;
      logger.warn(`fsync took ${Math.round(elapsedMs)} ms, ${size}: writes wait for the disk`);
    },
  });
}

function newScheduler(
  { config, logger, onFatal }: StandaloneServerOptions,
  system: SystemPorts,
  directories: Directories,
  parts: { metrics: ServerMetrics; stats: ServerStats; tree: DataTree<ServerConnection>; log: TxnLogWriter },
): SnapshotScheduler<ServerConnection> {
  const { metrics, stats, tree, log } = parts;
  const store = new SnapshotStore({
    disk: system.disk,
    directory: directories.snapshotDirectory,
    compression: config.snapshotCompressionMethod,
    onWarning: (warning) => logger.warn(warning.message),
  });
  return new SnapshotScheduler({
    ...system,
    config,
    store,
    log,
    tree: () => tree,
    requestCount: () => stats.packetsReceived,
    onWritten(written, elapsedMs) {
      metrics.snapshotTime.add(elapsedMs);
      logger.info(`Wrote snapshot "${written.path}", ${written.sizeBytes} bytes in ${Math.round(elapsedMs)} ms`);
    },
    onError: onFatal,
  });
}
