import type { Bkey, Eflag } from "@branta/arcus-protocol";
import { slotBytes } from "../slot-bytes.ts";

/** The node's own fields of a b+tree element, in bytes (btree_elem_item_fixed of engines/default/item_base.h). */
const ELEMENT_BYTES = 8;
const NUMBER_BYTES = 8;
/** A value is kept without the line end that it is accounted with, in bytes. */
const LINE_END_BYTES = 2;

/** A value under a bkey, which it can stand for: it has all of its fields. */
export class BtreeElement implements Bkey {
  readonly high: number;
  readonly low: number;
  readonly bytes: string | null;
  eflag: Eflag;
  /** A one-byte string, without its line end. */
  value: string;

  constructor(bkey: Bkey, eflag: Eflag, value: string) {
    this.high = bkey.high;
    this.low = bkey.low;
    this.bytes = bkey.bytes;
    this.eflag = eflag;
    this.value = value;
  }

  /** What the real server accounts for it, in bytes. */
  get accountedBytes(): number {
    const bkeyBytes = this.bytes === null ? NUMBER_BYTES : this.bytes.length;
    return slotBytes(ELEMENT_BYTES + bkeyBytes + this.eflag.length + this.value.length + LINE_END_BYTES);
  }
}
