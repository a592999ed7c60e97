import { adler32 } from "@branta/foundation-bytes";

/** "ZKLG" */
export const LOG_MAGIC = 0x5a4b4c47;
/** `FileHeader => magic:int version:int dbid:long` */
export const LOG_HEADER_BYTES = 16;
const LOG_VERSION = 2;
/** `adler32:long length:int` before an entry … */
export const FRAME_PREFIX_BYTES = 12;
/** … and "B" after it. */
export const FRAME_END = 0x42;
/** What a frame adds to its entry. */
export const FRAME_BYTES = FRAME_PREFIX_BYTES + 1;
/** The transaction header alone; no entry is shorter. */
export const ENTRY_BYTES_MIN = 32;
/** `clientId:long cxid:int` come before the zxid in an entry. */
const ZXID_IN_ENTRY = 12;
const TWO_32 = 0x1_0000_0000;

/** What {@link checkFrame} answers instead of a length. */
export const FrameFault = { end: 0, needMore: -1, incomplete: -2, checksum: -3, malformed: -4 } as const;

/** The header of every transaction log file. */
export function logHeader(): Buffer {
  const header = Buffer.alloc(LOG_HEADER_BYTES);
  header.writeInt32BE(LOG_MAGIC, 0);
  header.writeInt32BE(LOG_VERSION, 4);
  return header;
}

/** The zxid of the entry in the frame at `at`. */
export function frameZxid(bytes: Buffer, at: number): number {
  const zxidAt = at + FRAME_PREFIX_BYTES + ZXID_IN_ENTRY;
  return bytes.readInt32BE(zxidAt) * TWO_32 + bytes.readUInt32BE(zxidAt + 4);
}

/** Whether a region holds nothing but zeros. */
export function isZero(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    if (bytes[at] !== 0) return false;
  }
  return true;
}

/**
 * Checks the frame at `at`, where `end - at` bytes are at hand and `remaining` are left in the file: answers the
 * frame's length, or a {@link FrameFault}. Zeros where a frame should begin are the prepared end of the file.
 */
export function checkFrame(bytes: Buffer, at: number, end: number, remaining: number): number {
  if (remaining < FRAME_BYTES) {
    if (end - at < remaining) return FrameFault.needMore;
    return isZero(bytes, at, end) ? FrameFault.end : FrameFault.incomplete;
  }
  if (end - at < FRAME_PREFIX_BYTES) return FrameFault.needMore;
  const checksumHigh = bytes.readUInt32BE(at);
  const checksum = bytes.readUInt32BE(at + 4);
  const length = bytes.readInt32BE(at + 8);
  if (length === 0) return checksumHigh === 0 && checksum === 0 ? FrameFault.end : FrameFault.incomplete;
  if (length < 0 || checksumHigh !== 0) return FrameFault.malformed;
  if (length > remaining - FRAME_BYTES) return FrameFault.incomplete;
  if (length > end - at - FRAME_BYTES) return FrameFault.needMore;
  const entryEnd = at + FRAME_PREFIX_BYTES + length;
  if (bytes[entryEnd] !== FRAME_END) return FrameFault.incomplete;
  if (adler32(bytes, 1, at + FRAME_PREFIX_BYTES, entryEnd) !== checksum) return FrameFault.checksum;
  return length < ENTRY_BYTES_MIN ? FrameFault.malformed : length + FRAME_BYTES;
}
