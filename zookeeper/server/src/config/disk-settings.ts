import type { SettingTable } from "./setting.ts";

/** The transaction log, snapshots and their cleaning. */
// oxfmt-ignore
export const diskSettings = {
  forceSync: { key: "forceSync", type: "yesNo", default: true, doc: "Put every transaction on disk before it is acknowledged. `no` gives up durability." },
  fsyncWarningThresholdMs: { key: "fsync.warningthresholdms", property: "fsync.warningthresholdms", type: "long", default: 1000, doc: "A sync of the log that takes longer is logged, milliseconds." },
  preAllocSizeBytes: { key: "preAllocSize", type: "kilobytes", min: 0, default: 67_108_864, doc: "How far the log is allocated ahead, in kilobytes in the file." },
  txnLogSizeLimitBytes: { key: "txnLogSizeLimitInKb", type: "kilobytes", default: -1024, doc: "Size at which a new log file is begun, in kilobytes in the file. 0 or less: only a snapshot begins one." },
  snapCount: { key: "snapCount", type: "int", default: 100_000, doc: "A snapshot is taken after this many transactions, give or take half of it by chance. At least 2." },
  snapSizeLimitBytes: { key: "snapSizeLimitInKb", type: "kilobytes", default: 4_294_967_296, doc: "A snapshot is taken when the log has grown by this much, in kilobytes in the file. 0 or less: size does not matter." },
  commitLogCount: { key: "commitLogCount", type: "int", min: 0, default: 500, doc: "Committed transactions kept in memory for servers that fall behind." },
  snapshotSizeFactor: { key: "snapshotSizeFactor", type: "decimal", default: 0.33, scope: "ensemble", doc: "Log, as a share of the snapshot's size, up to which a follower is brought up to date from the log on disk." },
  flushDelayMs: { key: "flushDelay", type: "long", min: 0, default: 0, doc: "Longest wait for a larger group of transactions before a sync, milliseconds. 0: no wait." },
  maxWriteQueuePollTimeMs: { key: "maxWriteQueuePollTime", type: "long", min: 0, default: null, doc: "Wait for more transactions before flushing early, milliseconds. Default: a third of `flushDelay`." },
  maxBatchSize: { key: "maxBatchSize", type: "int", min: 0, default: 1000, doc: "Transactions in one sync at most. 0: no limit." },
  snapshotCompressionMethod: { key: "snapshot.compression.method", type: "word", words: ["", "gz", "snappy"], default: "", doc: "How snapshots are compressed: `gz`, `snappy`, or nothing." },
  snapshotTrustEmpty: { key: "snapshot.trust.empty", type: "boolean", default: false, doc: "Accept a folder with a transaction log and no snapshot (left by releases before 3.5)." },
  serializeLastProcessedZxidEnabled: { key: "serializeLastProcessedZxid.enabled", type: "boolean", default: true, doc: "Write the last processed zxid into snapshots (3.9 format). The admin commands `snapshot` and `restore` need it." },
  digestEnabled: { key: "digest.enabled", type: "boolean", default: true, doc: "Keep the digest of the tree and write it with every transaction and snapshot." },
  closeSessionTxnEnabled: { key: "closeSessionTxn.enabled", type: "boolean", default: true, doc: "Write the paths that a closing session removes into its transaction (3.6 format)." },
  dataDirAutocreate: { key: "datadir.autocreate", type: "boolean", default: true, doc: "Make missing data folders." },
  dbAutocreate: { key: "db.autocreate", type: "boolean", default: true, doc: "Begin with an empty tree in an empty data folder. `false`: only if a file `initialize` stands there." },
  autopurgeSnapRetainCount: { key: "autopurge.snapRetainCount", property: null, type: "int", default: 3, doc: "Snapshots that cleaning keeps, with the logs they need. At least 3." },
  autopurgePurgeIntervalHours: { key: "autopurge.purgeInterval", property: null, type: "int", default: 0, doc: "Hours between cleanings. 0 or less: no cleaning." },
} as const satisfies SettingTable;
