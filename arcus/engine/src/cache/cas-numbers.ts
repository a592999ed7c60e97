import { CAS_HIGH_AND_KEY, CAS_LOW, type ItemId } from "./item-header.ts";

const UINT32 = 0x1_0000_0000;
const UINT16 = 0x1_0000;

/** The numbers by which clients tell whether an item has changed: 1, 2 … over all keys, up to 2^48. */
export class CasNumbers {
  #last = 0;

  /** Uses a number up. */
  skip(): void {
    this.#last++;
  }

  /** Writes the next number into an item's header. */
  give(words: Int32Array, item: ItemId): void {
    const number = ++this.#last;
    const at = item * 4;
    const high = Math.floor(number / UINT32) % UINT16;
    words[at + CAS_LOW] = number | 0;
    words[at + CAS_HIGH_AND_KEY] = (high << 16) | (words[at + CAS_HIGH_AND_KEY] & 0xffff);
  }
}
