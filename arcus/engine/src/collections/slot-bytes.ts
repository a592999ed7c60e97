/** The smallest piece of memory that arcus-memcached's small-memory manager hands out, in bytes. */
const SLOT_BYTES_MIN = 32;
/** What the manager keeps behind every piece, in bytes. */
const SLOT_TAIL_BYTES = 4;

/**
 * Memory that arcus-memcached accounts for a thing of this many bytes (≤ 48 KB): its own bytes and the slot's tail,
 * rounded up to 8 (engines/default/slabs.c). Prefix sizes and `stats` show sums of it, so Branta counts the same way.
 */
export function slotBytes(bytes: number): number {
  return Math.max((bytes + SLOT_TAIL_BYTES + 7) & ~7, SLOT_BYTES_MIN);
}
