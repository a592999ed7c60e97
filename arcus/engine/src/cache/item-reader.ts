import type { Arena } from "./arena.ts";
import {
  ACCESS,
  CAS_HIGH_AND_KEY,
  CAS_LOW,
  EXPIRY,
  FLAGS,
  type ItemId,
  PREFIX_AND_TYPE,
  VALUE_LENGTH,
} from "./item-header.ts";

const UINT32 = 0x1_0000_0000;

/** Reads items' headers where they lie. */
export class ItemReader {
  readonly arena: Arena;

  constructor(arena: Arena) {
    this.arena = arena;
  }

  keyLength(item: ItemId): number {
    return this.arena.words[item * 4 + CAS_HIGH_AND_KEY] & 0xffff;
  }

  valueLength(item: ItemId): number {
    return this.arena.words[item * 4 + VALUE_LENGTH];
  }

  typeIndex(item: ItemId): number {
    return this.arena.words[item * 4 + PREFIX_AND_TYPE] & 0xff;
  }

  expiry(item: ItemId): number {
    return this.arena.words[item * 4 + EXPIRY];
  }

  flags(item: ItemId): number {
    return this.arena.words[item * 4 + FLAGS] >>> 0;
  }

  accessS(item: ItemId): number {
    return this.arena.words[item * 4 + ACCESS];
  }

  casUnique(item: ItemId): number {
    const { words } = this.arena;
    return (words[item * 4 + CAS_HIGH_AND_KEY] >>> 16) * UINT32 + (words[item * 4 + CAS_LOW] >>> 0);
  }
}
