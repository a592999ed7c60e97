import { crc32, Writer } from "@branta/foundation-bytes";
import type { StatPersisted } from "./records/stat-persisted.ts";

const UNCOUNTED = "/zookeeper/";
/** Data up to this is copied next to path and stat: one call of crc32 costs more than a small copy. */
const COPY_BYTES_MAX = 4096;

const scratch = new Writer(COPY_BYTES_MAX * 2);

/**
 * What a node adds to the digest of the tree: CRC-32 of path, data and stat (DigestCalculator, DIGEST_VERSION 2). The
 * digest of a tree is the sum over its nodes modulo 2^64.
 *
 * Nodes below /zookeeper count as 0, because servers change the quota nodes there each by itself.
 */
export function nodeDigest(path: string, data: Uint8Array | null, stat: StatPersisted): number {
  if (path.startsWith(UNCOUNTED)) return 0;
  scratch.clear();
  // The root is known by both names.
  const text = path === "/" ? "" : path;
  const room = scratch.reserve(text.length * 3);
  scratch.truncate(room + scratch.bytes.utf8Write(text, room));
  if (data === null || data.length <= COPY_BYTES_MAX) {
    if (data !== null) scratch.raw(data);
    writeStat(stat);
    return crc32(scratch.view());
  }
  const afterData = crc32(data, crc32(scratch.view()));
  scratch.clear();
  writeStat(stat);
  return crc32(scratch.view(), afterData);
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
