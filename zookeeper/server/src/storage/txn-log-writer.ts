import { adler32, encodeToBuffer } from "@branta/foundation-bytes";
import { GroupCommitLog } from "@branta/foundation-log";
import type { Clock, Disk, FatalHook } from "@branta/foundation-runtime";
import {
  fileHeader,
  LOG_ENTRY_FRAME_BYTES,
  formatZxid,
  LOG_FILE_HEADER,
  logFileName,
} from "@branta/zookeeper-protocol";
import { FRAME_END } from "./log-frame.ts";
import { StorageError } from "./storage-error.ts";

/** The next file, until its first entry gives it a name. Neither a log's name nor a snapshot's to Apache's tools. */
export const PREPARED_LOG_NAME = "prepared-log.tmp";
/**
 * How far zeros are laid ahead of the entries. Apache makes one jump of preAllocSize into a sparse file; a step that takes
 * a third of a millisecond keeps an idle server small and no client waiting, and overwrites real blocks all the same.
 */
const FILL_AHEAD_BYTES = 1024 * 1024;
const FSYNC_WARNING_MS = 1000;
const PENDING_BYTES_MAX = 8 * 1024 * 1024;

/** How transactions are written. */
export interface TxnLogWriterOptions {
  readonly disk: Disk;
  readonly clock: Clock;
  /** `<dataLogDir>/version-2` */
  readonly directory: string;
  /** preAllocSize in bytes; 0 for a file that grows with each entry. Above 1 MiB it makes no difference. */
  readonly preAllocBytes?: number;
  /** txnLogSizeLimitInKb in bytes: a file that has reached it is followed by a new one. 0 for no limit. */
  readonly sizeLimitBytes?: number;
  /** forceSync; false trusts the operating system to write what it was given. */
  readonly forceSync?: boolean;
  /** fsync.warningthresholdms */
  readonly fsyncWarningMs?: number;
  /** With this much pending, {@link TxnLogWriter.append} asks to wait. */
  readonly maxPendingBytes?: number;
  /** Every entry up to and including `zxid` is on disk. Once a batch, in order. */
  readonly onDurable: (zxid: number) => void;
  /** Called when there is room again after an append asked to wait. */
  readonly onDrain?: () => void;
  /** A write or sync failed. Called once; nothing is reported durable afterwards, the process must end. */
  readonly onFatal: FatalHook;
  /** The time each sync took. */
  readonly onFsync?: (elapsedMs: number) => void;
  /** A sync took longer than `fsyncWarningMs`. */
  readonly onSlowFsync?: (elapsedMs: number, segmentBytes: number) => void;
}

/**
 * Writes transactions in Apache's format, file by file: `log.<zxid of the first entry>`. At any moment, also after a kill,
 * the files are what Apache ZooKeeper reads.
 */
export class TxnLogWriter implements AsyncDisposable {
  readonly #log: GroupCommitLog;
  #lastZxid = -1;
  #totalBytes = 0;

  private constructor(log: GroupCommitLog) {
    this.#log = log;
  }

  /** Prepares the first file; it gets its name with the first entry. */
  static async open(options: TxnLogWriterOptions): Promise<TxnLogWriter> {
    const { disk, clock, directory, onDurable, onDrain, onFatal, onFsync, onSlowFsync } = options;
    const fsyncWarningMs = options.fsyncWarningMs ?? FSYNC_WARNING_MS;
    const log = await GroupCommitLog.open({
      disk,
      clock,
      directory,
      nameOf: logFileName,
      temporaryName: PREPARED_LOG_NAME,
      header: encodeToBuffer(fileHeader, LOG_FILE_HEADER),
      fillAheadBytes: Math.min(options.preAllocBytes ?? FILL_AHEAD_BYTES, FILL_AHEAD_BYTES),
      sizeLimitBytes: options.sizeLimitBytes ?? 0,
      maxPendingBytes: options.maxPendingBytes ?? PENDING_BYTES_MAX,
      datasync: options.forceSync ?? true,
      onDurable,
      ...(onDrain === undefined ? {} : { onDrain }),
      onFatal,
      onSync: (elapsedMs, segmentBytes) => {
        onFsync?.(elapsedMs);
        if (elapsedMs > fsyncWarningMs) onSlowFsync?.(elapsedMs, segmentBytes);
      },
    });
    return new TxnLogWriter(log);
  }

  /** Bytes appended and not yet durable. */
  get pendingBytes(): number {
    return this.#log.pendingBytes;
  }

  /** The last zxid appended, -1 before the first. */
  get lastZxid(): number {
    return this.#lastZxid;
  }

  /** The last zxid known to be on disk, -1 before the first. */
  get durableZxid(): number {
    return this.#log.durableTag;
  }

  /** Size of the file that the next entry goes to, without the zeros laid ahead. */
  get segmentBytes(): number {
    return this.#log.segmentBytes;
  }

  /** Bytes appended since {@link resetTotalBytes}: for snapSizeLimitInKb. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  resetTotalBytes(): void {
    this.#totalBytes = 0;
  }

  /**
   * Appends an encoded transaction (header, transaction, digest): copied at once, durable when `onDurable` says so.
   * False: too much is pending, stop until `onDrain`.
   * @throws StorageError `outOfOrder` unless zxids rise; LogError `closed`, or `overloaded` for who does not stop.
   */
  append(zxid: number, bytes: Buffer, start = 0, end = bytes.length): boolean {
    if (zxid <= this.#lastZxid) {
      const last = formatZxid(this.#lastZxid);
      throw new StorageError(
        "outOfOrder",
        `Cannot append the transaction "${formatZxid(zxid)}": the last one is ${last}, zxids must rise`,
      );
    }
    const writer = this.#log.beginRecord();
    writer.int(0);
    writer.int(adler32(bytes, 1, start, end));
    writer.int(end - start);
    writer.copy(bytes, start, end);
    writer.byte(FRAME_END);
    this.#lastZxid = zxid;
    this.#totalBytes += end - start + LOG_ENTRY_FRAME_BYTES;
    return this.#log.endRecord(zxid);
  }

  /** The next entry begins a new file; called when a snapshot begins. */
  roll(): void {
    this.#log.roll();
  }

  /** Resolves when everything appended so far is on disk. @throws what `onFatal` was told. */
  flush(): Promise<void> {
    return this.#log.flush();
  }

  /** Flushes, cuts the zeros off the file and closes it. */
  close(): Promise<void> {
    return this.#log.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
