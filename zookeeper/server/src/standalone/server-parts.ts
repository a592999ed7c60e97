import type { Clock, Disk, Random } from "@branta/foundation-runtime";
import type { DataTree } from "@branta/zookeeper-engine";
import { EventType, formatZxid } from "@branta/zookeeper-protocol";

import type { ServerConnection } from "../connection/server-connection.ts";
import { answerFourLetterWord } from "../operator/four-letter-words.ts";
import { ServerMetrics } from "../operator/server-metrics.ts";
import { ServerStats } from "../operator/server-stats.ts";
import { type Directories, prepareDirectories, type Recovered, SnapshotStore, TxnLogWriter } from "../storage/index.ts";
import { auditWrite } from "../core/audit-trail.ts";
import { loadDatabase, type LoadOptions, newTree } from "./load-database.ts";
import { SnapshotScheduler } from "./snapshot-scheduler.ts";
import { StandaloneCore } from "./standalone-core.ts";
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
  /** Another one after a snapshot was restored. */
  core: StandaloneCore;
  readonly snapshots: SnapshotScheduler<ServerConnection>;
  readonly #options: StandaloneServerOptions;
  readonly #system: SystemPorts;
  /** The server these parts belong to; set when it is made, before anything can ask for it. */
  server!: StandaloneServer;

  private constructor(
    options: StandaloneServerOptions,
    system: SystemPorts,
    parts: Pick<ServerParts, "disk" | "clock" | "directories" | "recovered" | "log" | "core" | "snapshots">,
  ) {
    this.#options = options;
    this.#system = system;
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
    if (!recovered.isNew) recordStart(metrics, recovered);
    const late: Late = { parts: null };
    const log = await openLog(options, system, directories, { metrics, stats, late });
    const core = newCore(options, system, { stats, metrics, tree, log, late });
    const snapshots = newScheduler(options, system, directories, { metrics, stats, late, log });
    late.parts = new ServerParts(options, system, { disk, clock, directories, recovered, log, core, snapshots });
    return late.parts;
  }

  /** An empty tree that could take the place of the core's. */
  newTree(): DataTree<ServerConnection> {
    const { config } = this.#options;
    return newTree({ config, hashSeed: this.#system.random.u32(), ...watchHooks(this.core.metrics) });
  }

  /** Puts a core of its own around another tree, in the place of the one there was. Nothing may be in flight. */
  replaceTree(tree: DataTree<ServerConnection>): void {
    const { log } = this;
    const { stats, metrics } = this.core;
    this.core[Symbol.dispose]();
    this.core = newCore(this.#options, this.#system, { stats, metrics, tree, log, late: { parts: this } });
  }
}

/** What exists before the parts are together, and finds them afterwards. */
interface Late {
  parts: ServerParts | null;
}

function newCore(
  options: StandaloneServerOptions,
  system: SystemPorts,
  parts: {
    stats: ServerStats;
    metrics: ServerMetrics;
    tree: DataTree<ServerConnection>;
    log: TxnLogWriter;
    late: Late;
  },
): StandaloneCore {
  const { stats, metrics, tree, log, late } = parts;
  const audit = options.audit ?? null;
  return new StandaloneCore({
    ...system,
    config: options.config,
    logger: options.logger,
    stats,
    metrics,
    tree,
    log,
    newSaslServer: options.newSaslServer ?? (() => null),
    isServing: () => late.parts!.server.isServing,
    answerFourLetterWord: (word, payload) => answerFourLetterWord(word, late.parts!.server.view, payload),
    onApplied(entry, write, result) {
      if (audit !== null) auditWrite(audit, entry, write, result);
      late.parts!.snapshots.applied();
    },
    onConnectionClosed(connection) {
      late.parts!.server.listener?.remove(connection);
      late.parts!.server.secureListener?.remove(connection);
    },
  });
}

/** How a tree's watches reach their clients and are counted. */
function watchHooks(metrics: ServerMetrics): Pick<LoadOptions<ServerConnection>, "deliver" | "onTrigger"> {
  const counts = {
    [EventType.NodeCreated]: metrics.nodeCreatedWatchCount,
    [EventType.NodeDeleted]: metrics.nodeDeletedWatchCount,
    [EventType.NodeDataChanged]: metrics.nodeChangedWatchCount,
    [EventType.NodeChildrenChanged]: metrics.nodeChildrenWatchCount,
  };
  return {
    deliver: (watcher, event) => watcher.deliver(event),
    onTrigger: (type, watchers) => counts[type as keyof typeof counts]?.add(watchers),
  };
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
    ...watchHooks(metrics),
    onWarning: (warning) => logger.warn(warning.message),
    onDigestMismatch(zxid) {
      metrics.digestMismatchesCount.value++;
      logger.error(`The tree's digest is not what transaction ${formatZxid(zxid)} foretold`);
    },
  });
}

/** What Apache's metrics of the same names count: whole milliseconds, and transactions. */
function recordStart(metrics: ServerMetrics, recovered: Recovered): void {
  const { snapshotMs, replayMs, entries } = recovered;
  metrics.startupSnapLoadTime.add(Math.round(snapshotMs));
  metrics.startupTxnsLoaded.add(entries);
  metrics.startupTxnsLoadTime.add(Math.round(replayMs));
  metrics.dbInitTime.add(Math.round(snapshotMs + replayMs));
}

function openLog(
  { config, logger, onFatal }: StandaloneServerOptions,
  { disk, clock }: SystemPorts,
  directories: Directories,
  parts: { metrics: ServerMetrics; stats: ServerStats; late: Late },
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
  parts: { metrics: ServerMetrics; stats: ServerStats; late: Late; log: TxnLogWriter },
): SnapshotScheduler<ServerConnection> {
  const { metrics, stats, late, log } = parts;
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
    tree: () => late.parts!.core.tree,
    requestCount: () => stats.packetsReceived,
    onWritten(written, elapsedMs) {
      metrics.snapshotTime.add(elapsedMs);
      logger.info(`Wrote snapshot "${written.path}", ${written.sizeBytes} bytes in ${Math.round(elapsedMs)} ms`);
    },
    onError: onFatal,
  });
}
