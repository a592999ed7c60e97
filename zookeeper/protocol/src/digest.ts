import { crc32, Writer } from "@branta/foundation-bytes";
import type { StatPersisted } from "./records/stat-persisted.ts";

const UNCOUNTED = "/zookeeper/";
/** Data up to this is copied next to path and stat: one call of crc32 costs more than a small copy. */
const COPY_BYTES_MAX = 4096;

const scratch = new Writer(COPY_BYTES_MAX * 2);
const scratchBytes = scratch.bytes;
/** Views of the first n bytes of the scratch, made once: crc32 wants a view, and every write of a node takes two. */
const views: Buffer[] = [];
const VIEW_BYTES_MAX = 1024;

/** The written part of the scratch. */
function written(): Buffer {
  const { length } = scratch;
  if (length > VIEW_BYTES_MAX || scratch.bytes !== scratchBytes) return scratch.view();
  return (views[length] ??= scratch.view());
}

/**
 * What a node adds to the digest of the tree: CRC-32 of path, data and stat (DigestCalculator, DIGEST_VERSION 2). The
 * digest of a tree is the sum over its nodes modulo 2^64.
 *
 * Nodes below /zookeeper count as 0, because servers change the quota nodes there each by itself. The data is what stands in
 * `data` from `start` to `end`.
 */
export function nodeDigest(
  path: string,
  data: Buffer | null,
  stat: StatPersisted,
  start = 0,
  end = data === null ? 0 : data.length,
): number {
  if (path.startsWith(UNCOUNTED)) return 0;
  scratch.clear();
  // The root is known by both names.
  const text = path === "/" ? "" : path;
  const room = scratch.reserve(text.length * 3);
  scratch.truncate(room + scratch.bytes.utf8Write(text, room));
  if (data === null || end - start <= COPY_BYTES_MAX) {
    if (data !== null) scratch.copy(data, start, end);
    writeStat(stat);
    return crc32(written());
  }
  const afterData = crc32(data.subarray(start, end), crc32(written()));
  scratch.clear();
  writeStat(stat);
  return crc32(written(), afterData);
}

/** The digest's own order of the fields, which is not that of StatPersisted on disk. */
function writeStat(stat: StatPersisted): void {
  scratch.longNumber(stat.czxid);
  scratch.longNumber(stat.mzxid);
  scratch.longNumber(stat.pzxid);
  scratch.longNumber(stat.ctime);
  scratch.longNumber(stat.mtime);
  scratch.int(stat.version);
  scratch.int(stat.cversion);
  scratch.int(stat.aversion);
  scratch.long(stat.ephemeralOwner);
}
