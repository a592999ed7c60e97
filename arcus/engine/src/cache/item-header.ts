import { ITEM_RUN_CELLS_WORD, ITEM_RUN_NEXT_WORD } from "./arena.ts";

/**
 * An item's number: the cell of its {@link Arena} at which it begins. Good until the next call of the cache that may
 * evict or remove it.
 */
export type ItemId = number;

/** No item. */
export const NO_ITEM: ItemId = 0;

/**
 * Where the fields of an item lie, in words of 32 bits from its first cell on. Behind these come the key, the value
 * and CRLF, which a reply then copies in one piece.
 */
export const HASH_NEXT = 0;
export const HASH = 1;
export const LRU_NEXT = 2;
export const LRU_PREVIOUS = 3;
/** Unix seconds; 0 is never, −1 is sticky. */
export const EXPIRY = 4;
/** Unix seconds of the last access that moved the item to the front. */
export const ACCESS = 5;
export const FLAGS = 6;
export const CAS_LOW = 7;
/** Upper 16 bits: the CAS number's; lower 16: bytes of the key. */
export const CAS_HIGH_AND_KEY = 8;
/** Upper 24 bits: the prefix; below: the type. */
export const PREFIX_AND_TYPE = 9;
/** Bytes of the value without CRLF. */
export const VALUE_LENGTH = 10;

const WORD_BYTES = 4;
export const HEADER_BYTES = (ITEM_RUN_NEXT_WORD + 1) * WORD_BYTES;
/** The header of an item in several runs has its first run's cells, too. */
export const SCATTERED_HEADER_BYTES = (ITEM_RUN_CELLS_WORD + 1) * WORD_BYTES;

/** Never expires and is never evicted. */
export const STICKY = -1;
