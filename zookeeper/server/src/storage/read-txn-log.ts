import type { Disk } from "@branta/foundation-runtime";
import { FILE_HEADER_BYTES, formatZxid, zxidEpoch } from "@branta/zookeeper-protocol";
import { listLogFiles, type LogFile, selectLogFiles } from "./log-files.ts";
import { type ScanEnd, scanLogFile, type TxnLogRecord } from "./log-scanner.ts";
import { StorageError } from "./storage-error.ts";
import type { StorageWarningKind, WarningHook } from "./storage-warning.ts";
import { inspectTail } from "./torn-tail.ts";

/** The end of the newest log file, where a write was interrupted. */
export interface TornTail {
  readonly file: string;
  /** Where the last good entry ends. */
  readonly offset: number;
  /** What follows up to the last byte that is not zero. */
  readonly bytes: number;
}

/** How the logs of a directory end. */
export interface LogsEnd {
  /** Zxid of the last good entry, -1 if there is none. */
  readonly lastZxid: number;
  readonly tornTail: TornTail | null;
  /** The newest file, if it holds no entry at all. */
  readonly emptyFile: string | null;
}

/** Which logs to read. */
export interface ReadTxnLogOptions {
  readonly disk: Disk;
  /** The directory with the log files, `<dataLogDir>/version-2`. */
  readonly directory: string;
  /** The first zxid wanted. */
  readonly fromZxid: number;
  /** The last zxid wanted; needed to read a log that is being written. */
  readonly toZxid?: number;
  readonly onWarning?: WarningHook;
}

/** Follows the zxids across files: keeps what is wanted, and notices what is missing or comes twice. */
class Sequence {
  readonly #fromZxid: number;
  readonly #warn: (kind: StorageWarningKind, file: string, offset: number, message: string) => void;
  lastZxid = -1;

  constructor(options: ReadTxnLogOptions) {
    this.#fromZxid = options.fromZxid;
    this.#warn = (kind, file, offset, message) => options.onWarning?.({ kind, file, offset, message });
  }

  wanted(record: TxnLogRecord): boolean {
    const { zxid, file, offset } = record;
    const last = this.lastZxid;
    if (last >= 0 && zxid <= last) {
      this.#warn(
        "outOfOrder",
        file,
        offset,
        `Passed over the entry ${formatZxid(zxid)}: it comes after ${formatZxid(last)}`,
      );
      return false;
    }
    if (last >= 0 && zxid !== last + 1 && zxidEpoch(zxid) === zxidEpoch(last)) {
      this.#warn("gap", file, offset, `Entries ${formatZxid(last + 1)} to ${formatZxid(zxid - 1)} are missing`);
    }
    this.lastZxid = zxid;
    return zxid >= this.#fromZxid;
  }

  /** The file ends in something that is no entry; says whether that is the end of everything, or throws. */
  async badEnd(disk: Disk, file: LogFile, next: LogFile | undefined, end: ScanEnd): Promise<TornTail | null> {
    const tail = await inspectTail(disk, file.path, end.offset, this.lastZxid);
    if (next === undefined && tail.verdict === "torn") {
      this.#warn("tornTail", file.path, end.offset, `The log ends in an interrupted write of ${tail.bytes} bytes`);
      return { file: file.path, offset: end.offset, bytes: tail.bytes };
    }
    if (next !== undefined && tail.readableAt === null && this.#continues(next, end)) {
      this.#warn(
        "endedEarly",
        file.path,
        end.offset,
        `The file ends in an interrupted write; "${next.name}" goes on from there`,
      );
      return null;
    }
    const where =
      tail.readableAt === null
        ? `the log goes on in "${next?.name}"`
        : `a readable entry follows at ${tail.readableAt}`;
    throw new StorageError(
      "corruptLog",
      `Cannot read the entry at ${end.offset} of "${file.path}" (${end.fault}): ${where}, so it was durable once`,
      {
        file: file.path,
        offset: end.offset,
      },
    );
  }

  /** Apache reads an unfinished last entry as the end of a file and goes on in a new one; then nothing is missing between the two. */
  #continues(next: LogFile, end: ScanEnd): boolean {
    if (next.zxid === this.lastZxid + 1) return true;
    return end.fault === "incomplete" && zxidEpoch(next.zxid) > zxidEpoch(this.lastZxid);
  }
}

/** Reads all logs from a zxid on, an array of entries at a time; the result says how the last file ends. */
export async function* scanLogs(options: ReadTxnLogOptions): AsyncGenerator<TxnLogRecord[], LogsEnd, undefined> {
  const files = selectLogFiles(await listLogFiles(options.disk, options.directory), options.fromZxid);
  const sequence = new Sequence(options);
  let tornTail: TornTail | null = null;
  let emptyFile: string | null = null;
  for (const [index, file] of files.entries()) {
    const scan = scanLogFile(options.disk, file);
    let step = await scan.next();
    for (; step.done !== true; step = await scan.next()) {
      const records = step.value.filter((record) => sequence.wanted(record));
      if (records.length > 0) yield records;
    }
    if (step.value.fault !== "none") tornTail = await sequence.badEnd(options.disk, file, files[index + 1], step.value);
    emptyFile = step.value.offset <= FILE_HEADER_BYTES ? file.path : null;
  }
  return { lastZxid: sequence.lastZxid, tornTail, emptyFile };
}

/**
 * Reads the entries with `fromZxid` ≤ zxid ≤ `toZxid` in order, over all files. A torn end of the newest file is
 * reported and ends the reading.
 * @throws StorageError `corruptLog`, with file and offset, if an entry that was durable cannot be read.
 */
export async function* readTxnLog(options: ReadTxnLogOptions): AsyncGenerator<TxnLogRecord, void, undefined> {
  const toZxid = options.toZxid ?? Number.MAX_SAFE_INTEGER;
  for await (const records of scanLogs(options)) {
    for (const record of records) {
      if (record.zxid > toZxid) return;
      yield record;
      if (record.zxid === toZxid) return;
    }
  }
}
