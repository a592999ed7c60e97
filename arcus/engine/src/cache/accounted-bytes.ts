import { slotBytes } from "../collections/slot-bytes.ts";
import { SMALL_BYTES_MAX } from "./size-classes.ts";

/** Header of an item and its CAS number (engines/default/item_base.h, hash_item). */
const ITEM_BYTES = 64 + 8;
const CRLF_BYTES = 2;
/** What an item has for its collection, by the order of types: key-value, list, set, map, b+tree. */
const META_BYTES = [0, 32, 24, 24, 64];
const FIRST_CLASS_BYTES = 112;
const CLASS_FACTOR = 1.25;

/** Memory of an item by the real server's count, without its slot: what the limit of an item's size is about. */
export function itemTotalBytes(keyLength: number, valueLength: number): number {
  return ITEM_BYTES + keyLength + valueLength + CRLF_BYTES;
}

/** Memory that the real server accounts for an item, without a collection's elements. */
export function accountedItemBytes(typeIndex: number, keyLength: number, valueLength: number): number {
  if (typeIndex === 0) return accounted(itemTotalBytes(keyLength, valueLength));
  const keyBytes = (keyLength + CRLF_BYTES + 7) & ~7;
  return accounted(ITEM_BYTES + keyBytes + META_BYTES[typeIndex]);
}

function accounted(byteCount: number): number {
  if (byteCount <= SMALL_BYTES_MAX) return slotBytes(byteCount);
  let size = FIRST_CLASS_BYTES;
  while (size < byteCount) size = (Math.floor(size * CLASS_FACTOR) + 7) & ~7;
  return size;
}
