import type { Disk, DiskFile } from "@branta/foundation-runtime";
import { FILE_HEADER_BYTES, LOG_ENTRY_HEAD_BYTES, LOG_MAGIC } from "@branta/zookeeper-protocol";
import { checkFrame, FrameFault, frameZxid, isZero } from "./log-frame.ts";
import type { LogFile } from "./log-files.ts";
import { StorageError } from "./storage-error.ts";

const WINDOW_BYTES = 1024 * 1024;

/** One entry of a transaction log. */
export interface TxnLogRecord {
  readonly zxid: number;
  /** Transaction header, transaction and digest. A view of a buffer that is never reused: copy what is kept for long. */
  readonly bytes: Buffer;
  /** The log file's path. */
  readonly file: string;
  /** Where the entry's frame begins in the file. */
  readonly offset: number;
}

/** Why reading of a file stopped: at its proper end, or at something that is no entry. */
export interface ScanEnd {
  readonly fault: "none" | "incomplete" | "checksum" | "malformed";
  /** Where the last good entry ends; 0 if there is not even a header. */
  readonly offset: number;
}

function faultOf(status: number): ScanEnd["fault"] {
  if (status === FrameFault.checksum) return "checksum";
  return status === FrameFault.malformed ? "malformed" : "incomplete";
}

/** Reads a file front to back through a window that grows to the largest entry. */
class Window {
  readonly #file: DiskFile;
  readonly #sizeBytes: number;
  bytes: Buffer = Buffer.alloc(0);
  /** File offset of the window's first byte. */
  base = 0;

  constructor(file: DiskFile, sizeBytes: number) {
    this.#file = file;
    this.#sizeBytes = sizeBytes;
  }

  /** Bytes of the file from `at` (a position in the window) on. */
  remaining(at: number): number {
    return this.#sizeBytes - this.base - at;
  }

  /**
   * Drops what comes before `at` and reads on; the old buffer is left to those who have views of it.
   * False: the file has become shorter since it was opened.
   */
  async advance(at: number): Promise<boolean> {
    const carried = this.bytes.subarray(at);
    const target = Math.min(this.remaining(at), Math.max(WINDOW_BYTES, carried.length * 2));
    const grown = Buffer.allocUnsafeSlow(target);
    carried.copy(grown);
    const got = await this.#file.read(this.base + at + carried.length, grown, carried.length, target);
    if (got === 0) return false;
    this.base += at;
    this.bytes = grown.subarray(0, carried.length + got);
    return true;
  }
}

/** Whether only zeros follow in the file from `offset` on. */
async function restIsZero(file: DiskFile, offset: number, sizeBytes: number): Promise<boolean> {
  const chunk = Buffer.allocUnsafe(Math.min(WINDOW_BYTES, sizeBytes - offset));
  const zeros = Buffer.alloc(chunk.length);
  for (let at = offset; at < sizeBytes;) {
    const got = await file.read(at, chunk, 0, Math.min(chunk.length, sizeBytes - at));
    if (got === 0) return true;
    if (chunk.compare(zeros, 0, got, 0, got) !== 0) return false;
    at += got;
  }
  return true;
}

function headerStatus(file: LogFile, bytes: Buffer): "good" | "missing" {
  const start = bytes.subarray(0, FILE_HEADER_BYTES);
  if (start.length === FILE_HEADER_BYTES && start.readInt32BE(0) === LOG_MAGIC) return "good";
  const magic = Buffer.from("ZKLG");
  const begun = start.subarray(0, 4).equals(magic.subarray(0, Math.min(4, start.length)));
  if (isZero(start, 0, start.length) || (start.length < FILE_HEADER_BYTES && begun)) return "missing";
  throw new StorageError(
    "corruptLog",
    `Cannot read "${file.path}": it begins with "${start.toString("latin1", 0, 4)}", must begin with "ZKLG"`,
    {
      file: file.path,
      offset: 0,
    },
  );
}

/** Reads the entries of one file, a window at a time; the generator's result says how the file ends. */
export async function* scanLogFile(disk: Disk, file: LogFile): AsyncGenerator<TxnLogRecord[], ScanEnd, undefined> {
  await using opened = await disk.open(file.path, "read");
  const sizeBytes = await opened.size();
  const window = new Window(opened, sizeBytes);
  await window.advance(0);
  if (headerStatus(file, window.bytes) === "missing") {
    return { fault: (await restIsZero(opened, 0, sizeBytes)) ? "none" : "incomplete", offset: 0 };
  }
  let at = FILE_HEADER_BYTES;
  for (;;) {
    const records: TxnLogRecord[] = [];
    let status = checkFrame(window.bytes, at, window.bytes.length, window.remaining(at));
    while (status > 0) {
      const bytes = window.bytes.subarray(at + LOG_ENTRY_HEAD_BYTES, at + status - 1);
      records.push({ zxid: frameZxid(window.bytes, at), bytes, file: file.path, offset: window.base + at });
      at += status;
      status = checkFrame(window.bytes, at, window.bytes.length, window.remaining(at));
    }
    if (records.length > 0) yield records;
    if (status === FrameFault.needMore && (await window.advance(at))) {
      at = 0;
      continue;
    }
    const offset = window.base + at;
    if (status !== FrameFault.end) return { fault: faultOf(status), offset };
    // Zeros in the middle are no end but a hole: a sector that was lost, or wiped.
    return { fault: (await restIsZero(opened, offset, sizeBytes)) ? "none" : "incomplete", offset };
  }
}
