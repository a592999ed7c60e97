import type { Cache } from "@branta/arcus-engine";
import type { StatLines } from "./stat-lines.ts";

/** Small items are told of in chunks of this size, in which the real server takes memory for them. */
const SMALL_CHUNK_BYTES = 256 * 1024;

/**
 * `stats slabs`. The real server tells of its slab classes and of its manager of small memory. Here items lie in one
 * block, in runs of 16-byte cells that any item can have, so there are no pages and no chunks of a fixed size: what of
 * those lines has a counterpart is told, the others are left out.
 */
export function addMemoryStats(lines: StatLines, cache: Cache): void {
  const large = cache.statistics.classes.all();
  const largeBytes = large.reduce((sum, [, { bytes }]) => sum + bytes, 0);
  const smallChunks = Math.ceil(Math.max(0, cache.statistics.bytes - largeBytes) / SMALL_CHUNK_BYTES);
  lines.add("SM:used_total_space", Math.max(0, cache.usedBytes - largeBytes));
  // As in the real server: free memory in pieces shorter than what the largest items need, by a hundredth of all in use.
  lines.add("SM:free_small_space", cache.tooShortBytes);
  const used = large.filter(([, { items }]) => items > 0);
  if (smallChunks > 0) {
    lines.add("0:chunk_size", SMALL_CHUNK_BYTES);
    lines.add("0:used_chunks", smallChunks);
    lines.add("0:mem_requested", smallChunks * SMALL_CHUNK_BYTES);
  }
  for (const [classId, { items, bytes }] of used) {
    lines.add(`${classId}:used_chunks`, items);
    lines.add(`${classId}:mem_requested`, bytes);
  }
  lines.add("active_slabs", used.length + (smallChunks > 0 ? 1 : 0));
  lines.add("memory_limit", cache.limitBytes);
  lines.add("total_malloced", cache.touchedBytes);
}
