import { adler32, BytesError, decodeFromBuffer, Reader, Writer } from "@branta/foundation-bytes";
import {
  FILE_HEADER_BYTES,
  fileHeader,
  type FileHeader,
  LOG_ENTRY_HEAD_BYTES,
  LOG_MAGIC,
  type TxnEntry,
  txnEntry,
  writeRawLogEntry,
} from "@branta/zookeeper-protocol";
import { ToolError } from "./tool-error.ts";

const TERMINATOR = 0x42;

/** One entry of a log as it stands in the file, whole or with a wrong checksum. */
export interface RawEntry {
  /** The bytes between head and terminator. */
  readonly bytes: Buffer;
  readonly isIntact: boolean;
  /** False when the byte that ends every entry is missing: its write was cut short. */
  readonly isTerminated: boolean;
  /** Where the next entry begins. */
  readonly end: number;
}

/** @throws ToolError when the file does not begin as a log does */
export function readLogHeader(file: Buffer, name: string): FileHeader {
  const header = file.length < FILE_HEADER_BYTES ? null : fileHeader.decode(new Reader(file, 0, FILE_HEADER_BYTES));
  if (header?.magic !== LOG_MAGIC) throw new ToolError("notALog", `Invalid magic number for ${name}`, 2);
  return header;
}

/** The entries of a log up to the room kept free behind them; unlike a server this passes over wrong checksums. */
export function* rawEntries(file: Buffer): Generator<RawEntry, void, undefined> {
  for (let at = FILE_HEADER_BYTES; at + LOG_ENTRY_HEAD_BYTES <= file.length;) {
    const checksum = file.readBigInt64BE(at);
    const length = file.readInt32BE(at + 8);
    const start = at + LOG_ENTRY_HEAD_BYTES;
    if (length <= 0 || start + length > file.length) return;
    const bytes = file.subarray(start, start + length);
    at = start + length + 1;
    yield {
      bytes,
      isIntact: checksum === BigInt(adler32(bytes)),
      isTerminated: file[at - 1] === TERMINATOR,
      end: at,
    };
  }
}

/** @throws ToolError when the bytes are no transaction */
export function decodeEntry(entry: RawEntry): TxnEntry {
  try {
    return decodeFromBuffer(txnEntry, entry.bytes);
  } catch (error) {
    if (!(error instanceof BytesError)) throw error;
    throw new ToolError("badEntry", `Cannot read the entry that ends at ${entry.end}: ${error.message}`, 1, error);
  }
}

/** An entry with its frame, the checksum counted anew when `fix`, else as it was found: wrong. */
export function frameEntry(entry: RawEntry, file: Buffer, fix: boolean): Buffer {
  if (!fix) return file.subarray(entry.end - 1 - entry.bytes.length - LOG_ENTRY_HEAD_BYTES, entry.end);
  const writer = new Writer();
  writeRawLogEntry(writer, entry.bytes);
  return Buffer.from(writer.take());
}
