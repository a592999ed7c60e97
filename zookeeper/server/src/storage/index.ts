export { type SnapshotCompression, snapshotCompression } from "./compression.ts";
export { truncateLog, type TruncateLogOptions } from "./cut-log.ts";
export { decodeSnapshotStream } from "./decode-snapshot-stream.ts";
export { type Directories, type DirectoryOptions, prepareDirectories } from "./directories.ts";
export { installSnapshot, type InstallSnapshotOptions } from "./install-snapshot.ts";
export { listLogFiles, type LogFile, selectLogFiles } from "./log-files.ts";
export type { TxnLogRecord } from "./log-scanner.ts";
export { type Pace, pacedChunks } from "./paced-chunks.ts";
export { purge, type PurgeOptions, Purger, type PurgerOptions, RETAIN_COUNT_MIN } from "./purge.ts";
export { readHistory, type ReadHistoryOptions } from "./read-history.ts";
export { readTxnLog, type ReadTxnLogOptions, type TornTail } from "./read-txn-log.ts";
export { ReceivedSnapshot, type ReceivedSnapshotOptions } from "./received-snapshot.ts";
export { RecentEntries } from "./recent-entries.ts";
export { recover, type Recovered, type RecoverOptions } from "./recover.ts";
export { type Epochs, restoreEpochs, type RestoreEpochsOptions } from "./restore-epochs.ts";
export {
  type EpochFile,
  readEpoch,
  readMyId,
  removePidFile,
  takeInitializeFile,
  writeEpoch,
  writeFileAtomically,
  writePidFile,
} from "./small-files.ts";
export type { SnapshotDigest, SnapshotEnd, SnapshotSink, SnapshotSource, SourceNode } from "./snapshot-source.ts";
export { type SnapshotFile, SnapshotStore, type SnapshotStoreOptions, type WrittenSnapshot } from "./snapshot-store.ts";
export { decodeSnapshot, encodeSnapshot } from "./snapshot-stream.ts";
export { StorageError, type StorageErrorCode } from "./storage-error.ts";
export type { StorageWarning, StorageWarningKind, WarningHook } from "./storage-warning.ts";
export { truncateHistory, type TruncateHistoryOptions } from "./truncate-history.ts";
export { TxnLogWriter, type TxnLogWriterOptions } from "./txn-log-writer.ts";
