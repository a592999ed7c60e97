export { listLogFiles, type LogFile, logFileName, selectLogFiles } from "./log-files.ts";
export type { TxnLogRecord } from "./log-scanner.ts";
export { readTxnLog, type ReadTxnLogOptions, type TornTail } from "./read-txn-log.ts";
export { StorageError, type StorageErrorCode } from "./storage-error.ts";
export type { StorageWarning, StorageWarningKind, WarningHook } from "./storage-warning.ts";
export { TxnLogWriter, type TxnLogWriterOptions } from "./txn-log-writer.ts";
