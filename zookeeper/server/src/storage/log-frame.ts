import { adler32 } from "@branta/foundation-bytes";
import { LOG_ENTRY_FRAME_BYTES, LOG_ENTRY_HEAD_BYTES } from "@branta/zookeeper-protocol";

/** "B", behind every entry: the last byte of it to reach the disk. */
export const FRAME_END = 0x42;
/** The transaction header alone; no entry is shorter. */
export const ENTRY_BYTES_MIN = 32;
/** `clientId:long cxid:int` come before the zxid in an entry. */
const ZXID_IN_ENTRY = 12;
const TWO_32 = 0x1_0000_0000;

/** What {@link checkFrame} answers instead of a length. */
export const FrameFault = { end: 0, needMore: -1, incomplete: -2, checksum: -3, malformed: -4 } as const;

/** The zxid of the entry in the frame at `at`. */
export function frameZxid(bytes: Buffer, at: number): number {
  const zxidAt = at + LOG_ENTRY_HEAD_BYTES + ZXID_IN_ENTRY;
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
  if (remaining < LOG_ENTRY_FRAME_BYTES) {
    if (end - at < remaining) return FrameFault.needMore;
    return isZero(bytes, at, end) ? FrameFault.end : FrameFault.incomplete;
  }
  if (end - at < LOG_ENTRY_HEAD_BYTES) return FrameFault.needMore;
  const checksumHigh = bytes.readUInt32BE(at);
  const checksum = bytes.readUInt32BE(at + 4);
  const length = bytes.readInt32BE(at + 8);
  if (length === 0) return checksumHigh === 0 && checksum === 0 ? FrameFault.end : FrameFault.incomplete;
  if (length < 0 || checksumHigh !== 0) return FrameFault.malformed;
  if (length > remaining - LOG_ENTRY_FRAME_BYTES) return FrameFault.incomplete;
  if (length > end - at - LOG_ENTRY_FRAME_BYTES) return FrameFault.needMore;
  const entryEnd = at + LOG_ENTRY_HEAD_BYTES + length;
  if (bytes[entryEnd] !== FRAME_END) return FrameFault.incomplete;
  if (adler32(bytes, 1, at + LOG_ENTRY_HEAD_BYTES, entryEnd) !== checksum) return FrameFault.checksum;
  return length < ENTRY_BYTES_MIN ? FrameFault.malformed : length + LOG_ENTRY_FRAME_BYTES;
}
