import { adler32, BytesError, Reader, type Writer } from "@branta/foundation-bytes";
import { type TxnEntry, txnEntry } from "../transactions/txn-entry.ts";

/** Bytes before an entry: its checksum and its length. */
export const LOG_ENTRY_HEAD_BYTES = 12;
/** Bytes around an entry: head and terminator. */
export const LOG_ENTRY_FRAME_BYTES = LOG_ENTRY_HEAD_BYTES + 1;
/** Longest entry believed; a closed session with a million ephemeral nodes stays below. A longer one is damage. */
export const LOG_ENTRY_BYTES_MAX = 128 * 1024 * 1024;

/** "B", behind every entry: the last byte of it to reach the disk. */
const TERMINATOR = 0x42;

/** Why an entry cannot be believed. */
export type LogCorruption = "length" | "terminator" | "checksum" | "record";

/** What stands at a place in a log. Offsets are those of the reader's buffer. */
export type LogEntryResult =
  | {
      readonly kind: "entry";
      readonly entry: TxnEntry;
      /** Where the frame begins. */
      readonly offset: number;
      /** Where the next frame begins. */
      readonly end: number;
    }
  /** Length 0: nothing was written from here on; what follows is room kept free. */
  | { readonly kind: "end"; readonly offset: number }
  /**
   * The input ends within a frame (or before it: then `offset` is its end). If there is more of the file, `wanted`
   * is how many bytes from `offset` must be there to get further; if not, the write of this entry was cut short.
   */
  | { readonly kind: "truncated"; readonly offset: number; readonly wanted: number }
  | {
      readonly kind: "corrupt";
      readonly reason: LogCorruption;
      /** Where the frame begins. */
      readonly offset: number;
      readonly message: string;
    };

/**
 * Reads the frame at the reader's position, and moves the reader behind it only if it is an entry.
 *
 * `LogEntry => adler32:long length:int TxnEntry[length] 'B'`. The checksum is that of the TxnEntry; buffers in the
 * entry are views.
 */
export function readLogEntry(reader: Reader): LogEntryResult {
  const { bytes, offset, remaining } = reader;
  if (remaining < LOG_ENTRY_HEAD_BYTES) return { kind: "truncated", offset, wanted: LOG_ENTRY_HEAD_BYTES };
  const length = bytes.readInt32BE(offset + 8);
  if (length === 0) return { kind: "end", offset };
  if (length < 0 || length > LOG_ENTRY_BYTES_MAX) {
    return corrupt("length", offset, `its length is ${length}, must be 1 to ${LOG_ENTRY_BYTES_MAX}`);
  }
  const wanted = length + LOG_ENTRY_FRAME_BYTES;
  if (remaining < wanted) return { kind: "truncated", offset, wanted };

  const start = offset + LOG_ENTRY_HEAD_BYTES;
  const terminatorAt = start + length;
  if (bytes[terminatorAt] !== TERMINATOR) {
    return corrupt("terminator", offset, `it ends with byte ${bytes[terminatorAt]}, must be ${TERMINATOR} ("B")`);
  }
  const sum = adler32(bytes, 1, start, terminatorAt);
  if (bytes.readInt32BE(offset) !== 0 || bytes.readUInt32BE(offset + 4) !== sum) {
    return corrupt("checksum", offset, `its Adler-32 is 0x${sum.toString(16)}, which is not the one written with it`);
  }
  return decodeEntry(reader, start, terminatorAt);
}

/** Writes an entry with its frame. */
export function writeLogEntry(writer: Writer, entry: TxnEntry): void {
  const headAt = writer.reserve(LOG_ENTRY_HEAD_BYTES);
  const start = headAt + LOG_ENTRY_HEAD_BYTES;
  txnEntry.encode(writer, entry);
  frame(writer, headAt, start);
}

/** Writes the bytes of a TxnEntry, as they came from another server, with a frame. */
export function writeRawLogEntry(writer: Writer, entry: Uint8Array): void {
  const headAt = writer.reserve(LOG_ENTRY_HEAD_BYTES);
  const start = headAt + LOG_ENTRY_HEAD_BYTES;
  writer.raw(entry);
  frame(writer, headAt, start);
}

function frame(writer: Writer, headAt: number, start: number): void {
  const end = writer.length;
  writer.patchInt(headAt, 0);
  writer.patchInt(headAt + 4, adler32(writer.bytes, 1, start, end));
  writer.patchInt(headAt + 8, end - start);
  writer.byte(TERMINATOR);
}

function decodeEntry(reader: Reader, start: number, end: number): LogEntryResult {
  const { offset } = reader;
  try {
    const entry = txnEntry.decode(new Reader(reader.bytes, start, end));
    reader.skip(end + 1 - offset);
    return { kind: "entry", entry, offset, end: end + 1 };
  } catch (error) {
    if (error instanceof BytesError) return corrupt("record", offset, error.message);
    throw error;
  }
}

function corrupt(reason: LogCorruption, offset: number, why: string): LogEntryResult {
  return { kind: "corrupt", reason, offset, message: `Cannot read log entry at ${offset}: ${why}` };
}
