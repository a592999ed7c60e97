import { dirname, join } from "node:path";
import type { Clock, Disk } from "@branta/foundation-runtime";
import { formatZxid } from "@branta/zookeeper-protocol";
import { cutLogFile } from "./cut-log.ts";
import { finishInstallation } from "./install-snapshot.ts";
import { listLogFiles } from "./log-files.ts";
import type { TxnLogRecord } from "./log-scanner.ts";
import { type LogsEnd, scanLogs, type TornTail } from "./read-txn-log.ts";
import { takeInitializeFile } from "./small-files.ts";
import type { SnapshotEnd, SnapshotSink } from "./snapshot-source.ts";
import { type SnapshotFile, SnapshotStore } from "./snapshot-store.ts";
import { StorageError } from "./storage-error.ts";
import type { WarningHook } from "./storage-warning.ts";
import { PREPARED_LOG_NAME } from "./txn-log-writer.ts";

/** What to recover from, and into what. */
export interface RecoverOptions {
  readonly disk: Disk;
  /** `<dataDir>/version-2` */
  readonly snapshotDirectory: string;
  /** `<dataLogDir>/version-2` */
  readonly logDirectory: string;
  readonly sink: SnapshotSink;
  /**
   * Takes the entries after the snapshot, in order. The snapshot may show some of them already: applying them again must
   * come to the same.
   */
  readonly onEntry: (record: TxnLogRecord) => void;
  /** snapshot.trust.empty: go on with the logs alone, when upgrading from servers before 3.5.3. */
  readonly trustEmptySnapshot?: boolean;
  /** db.autocreate: whether an empty database is a database (default), or means that data may be missing. */
  readonly dbAutoCreate?: boolean;
  readonly onWarning?: WarningHook;
  /** For the times in the result; without it they are 0. */
  readonly clock?: Clock;
}

/** What was recovered. */
export interface Recovered {
  /** The last transaction contained: 0 for an empty database, -1 for one that is empty although it should not be. */
  readonly lastZxid: number;
  readonly snapshot: (SnapshotEnd & { readonly file: SnapshotFile }) | null;
  /** How many log entries were handed out. */
  readonly entries: number;
  /** Has been cut off already. */
  readonly tornTail: TornTail | null;
  /** There was nothing at all: the server is to write a first snapshot before it serves, or its logs would later stand alone. */
  readonly isNew: boolean;
  readonly snapshotMs: number;
  readonly replayMs: number;
}

async function removeLeftoverLog(options: RecoverOptions): Promise<void> {
  const { disk, logDirectory, onWarning } = options;
  const path = join(logDirectory, PREPARED_LOG_NAME);
  if ((await disk.info(path)) === null) return;
  await disk.remove(path);
  onWarning?.({
    kind: "leftover",
    message: `Removed "${path}", which an earlier run did not use`,
    file: path,
    offset: 0,
  });
}

async function withoutSnapshot(options: RecoverOptions): Promise<"replay" | "new" | "unexpectedlyEmpty"> {
  const { disk, logDirectory, snapshotDirectory, onWarning } = options;
  const initialize = await takeInitializeFile(disk, [dirname(logDirectory), dirname(snapshotDirectory)]);
  const logs = await listLogFiles(disk, logDirectory);
  if (logs.length > 0) {
    const newest = logs.at(-1)!.path;
    const found = `there is no snapshot in "${snapshotDirectory}", but there are log files up to "${newest}"`;
    if (options.trustEmptySnapshot !== true) {
      const advice =
        "something is missing; only when upgrading from a server before 3.5.3 set snapshot.trust.empty=true";
      throw new StorageError("noSnapshot", `Cannot recover: ${found}; ${advice}`, { file: snapshotDirectory });
    }
    onWarning?.({ kind: "emptyTrusted", message: `Replaying the logs alone: ${found}`, file: newest, offset: 0 });
    return "replay";
  }
  return initialize || (options.dbAutoCreate ?? true) ? "new" : "unexpectedlyEmpty";
}

/** Cuts what an interrupted write left, durably, before anything new can be promised behind it. */
async function repair(disk: Disk, end: LogsEnd): Promise<void> {
  if (end.tornTail !== null) await cutLogFile(disk, end.tornTail.file, end.tornTail.offset);
  else if (end.emptyFile !== null) await cutLogFile(disk, end.emptyFile, 0);
}

/** More than a group of transactions can have: before this much is pending, appends are refused. */
const GROUP_BYTES_MAX = 64 * 1024 * 1024;
const REWRITE_BYTES = 1024 * 1024;

/**
 * Makes everything durable that was read. A process that was killed may have left its last group of entries with the
 * operating system and never have heard that it is on disk; now it counts as history, which others may rely on, and the
 * power may fail. After a sync that failed the system takes pages for clean that never reached the disk, so a sync alone
 * would prove nothing (Rebello et al., "Can Applications Recover from fsync Failures?", ATC 2020): what may be concerned
 * is written once more.
 */
async function makeDurable({ disk, logDirectory, snapshotDirectory }: RecoverOptions, end: LogsEnd): Promise<void> {
  const logs = await listLogFiles(disk, logDirectory);
  const last = end.emptyFile === null ? logs.at(-1) : logs.at(-2);
  if (last !== undefined) await rewriteEnd(disk, last.path);
  for (const directory of new Set([logDirectory, snapshotDirectory])) await disk.syncDirectory(directory);
}

async function rewriteEnd(disk: Disk, path: string): Promise<void> {
  await using file = await disk.open(path, "write");
  const sizeBytes = await file.size();
  const chunk = Buffer.allocUnsafe(Math.min(REWRITE_BYTES, sizeBytes));
  for (let at = Math.max(0, sizeBytes - GROUP_BYTES_MAX); at < sizeBytes; at += chunk.length) {
    const read = await file.read(at, chunk, 0, chunk.length);
    await file.write(at, chunk, 0, read);
  }
  await file.datasync();
}

async function replay(options: RecoverOptions, afterZxid: number): Promise<{ end: LogsEnd; entries: number }> {
  const { disk, logDirectory, onWarning } = options;
  const fromZxid = afterZxid + 1;
  const scan = scanLogs({ disk, directory: logDirectory, fromZxid, ...(onWarning === undefined ? {} : { onWarning }) });
  let entries = 0;
  let step = await scan.next();
  for (; step.done !== true; step = await scan.next()) {
    for (const record of step.value) options.onEntry(record);
    if (entries === 0) warnOfGap(options, afterZxid, step.value[0]!);
    entries += step.value.length;
  }
  return { end: step.value, entries };
}

function warnOfGap(options: RecoverOptions, snapshotZxid: number, first: TxnLogRecord): void {
  // A new epoch begins its counter anew, and only then may the first entry be another than the next.
  if (first.zxid === snapshotZxid + 1 || first.zxid % 0x1_0000_0000 === 1) return;
  const message = `The log goes on with ${formatZxid(first.zxid)} after the snapshot at ${formatZxid(snapshotZxid)}`;
  options.onWarning?.({ kind: "gap", message, file: first.file, offset: first.offset });
}

/**
 * Brings back what is there: the newest readable snapshot, then every log entry after it. On return all of it is durable,
 * and the torn end of the log, if any, is cut off, so that a TxnLogWriter may follow.
 * @throws StorageError `corruptLog`, `noSnapshot`, `noValidSnapshot`
 */
export async function recover(options: RecoverOptions): Promise<Recovered> {
  const { disk, snapshotDirectory, sink, onWarning, clock } = options;
  const startMs = clock?.nowMs() ?? 0;
  const store = new SnapshotStore({
    disk,
    directory: snapshotDirectory,
    ...(onWarning === undefined ? {} : { onWarning }),
  });
  await store.removeLeftovers();
  // Before anything is read: what it replaces is no history any more.
  await finishInstallation(options);
  await removeLeftoverLog(options);
  const snapshot = await store.restoreNewest(sink);
  const snapshotMs = (clock?.nowMs() ?? 0) - startMs;
  if (snapshot === null) {
    sink.begin();
    const course = await withoutSnapshot(options);
    if (course !== "replay") {
      const lastZxid = course === "new" ? 0 : -1;
      sink.end({ zxid: lastZxid, zxidDigest: null, lastProcessedZxid: null });
      return { lastZxid, snapshot: null, entries: 0, tornTail: null, isNew: course === "new", snapshotMs, replayMs: 0 };
    }
    sink.end({ zxid: 0, zxidDigest: null, lastProcessedZxid: null });
  }
  const afterZxid = snapshot?.zxid ?? 0;
  const { end, entries } = await replay(options, afterZxid);
  await makeDurable(options, end);
  await repair(disk, end);
  const replayMs = (clock?.nowMs() ?? 0) - startMs - snapshotMs;
  return {
    lastZxid: Math.max(afterZxid, end.lastZxid),
    snapshot,
    entries,
    tornTail: end.tornTail,
    isNew: false,
    snapshotMs,
    replayMs,
  };
}
