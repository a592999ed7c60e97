import { type Disk, SECTOR_BYTES } from "@branta/foundation-runtime";
import { LOG_ENTRY_FRAME_BYTES, LOG_ENTRY_HEAD_BYTES } from "@branta/zookeeper-protocol";
import { checkFrame, ENTRY_BYTES_MIN, FRAME_END, frameZxid, isZero } from "./log-frame.ts";

/**
 * The most that one write may span: a whole batch at the appender's limit. Whatever stands further behind a bad
 * entry was written after that entry had been synced.
 */
export const TORN_WINDOW_BYTES = 64 * 1024 * 1024;
/** The high half of a frame's checksum is always zero: so few zeros prove nothing. */
const NATURAL_ZEROS = 4;

/** What stands behind the last good entry of a log file. */
export interface Tail {
  /** `torn`: an interrupted write, never acknowledged. `corrupt`: entries that had been durable were damaged. */
  readonly verdict: "torn" | "corrupt";
  /** Bytes from the bad entry to the last byte that is not zero. */
  readonly bytes: number;
  /** File offset of a readable entry behind the bad one, or null. */
  readonly readableAt: number | null;
}

function findFrame(bytes: Buffer, from: number, afterZxid: number): number {
  const last = bytes.length - LOG_ENTRY_FRAME_BYTES - ENTRY_BYTES_MIN;
  for (let at = from; at <= last; at++) {
    const length = bytes.readInt32BE(at + 8);
    if (length < ENTRY_BYTES_MIN || length > bytes.length - at - LOG_ENTRY_FRAME_BYTES) continue;
    if (bytes[at + LOG_ENTRY_HEAD_BYTES + length] !== FRAME_END || bytes.readUInt32BE(at) !== 0) continue;
    if (frameZxid(bytes, at) > afterZxid && checkFrame(bytes, at, bytes.length, bytes.length - at) > 0) return at;
  }
  return -1;
}

/**
 * Whether a whole sector between two places is zero as far as it belongs there: the mark of a write whose sectors
 * did not all arrive, for the file was filled with zeros before (etcd's wal/decoder.go tells torn writes the same way).
 */
function hasLostSector(bytes: Buffer, base: number, start: number, end: number): boolean {
  const firstSector = Math.floor((base + start) / SECTOR_BYTES) * SECTOR_BYTES - base;
  // A frame can be read although the sector it begins in was lost, if only its first bytes stood there: they are zeros.
  for (let sector = firstSector; sector + SECTOR_BYTES <= end + NATURAL_ZEROS; sector += SECTOR_BYTES) {
    const from = Math.max(sector, start);
    const to = sector + SECTOR_BYTES;
    if (to - from > NATURAL_ZEROS && isZero(bytes, from, to)) return true;
  }
  return false;
}

function judge(bytes: Buffer, base: number, lastZxid: number): Tail["verdict"] {
  let afterZxid = lastZxid;
  let bad = 0;
  for (;;) {
    let at = findFrame(bytes, bad + 1, afterZxid);
    if (at < 0) return "torn";
    if (!hasLostSector(bytes, base, bad, at)) return "corrupt";
    for (let length = checkFrame(bytes, at, bytes.length, bytes.length - at); length > 0;) {
      afterZxid = frameZxid(bytes, at);
      at += length;
      length = checkFrame(bytes, at, bytes.length, bytes.length - at);
    }
    bad = at;
  }
}

function withoutZeros(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.subarray(0, end);
}

/**
 * Tells an interrupted write from damage, for the bad entry at `offset`. Only one write is ever in flight, so entries that
 * can be read behind the bad one belong to the same write (and then some sector of it is still zero) or prove damage.
 */
export async function inspectTail(disk: Disk, path: string, offset: number, lastZxid: number): Promise<Tail> {
  await using file = await disk.open(path, "read");
  const sizeBytes = await file.size();
  const region = Buffer.alloc(Math.min(sizeBytes - offset, TORN_WINDOW_BYTES));
  await file.read(offset, region, 0, region.length);
  const beyond = Buffer.alloc(1024 * 1024);
  for (let at = offset + region.length; at < sizeBytes; at += beyond.length) {
    const got = await file.read(at, beyond, 0, beyond.length);
    if (!isZero(beyond, 0, got)) return { verdict: "corrupt", bytes: sizeBytes - offset, readableAt: null };
  }
  const written = withoutZeros(region);
  const readable = findFrame(written, 1, lastZxid);
  const readableAt = readable < 0 ? null : offset + readable;
  return { verdict: judge(written, offset, lastZxid), bytes: written.length, readableAt };
}
