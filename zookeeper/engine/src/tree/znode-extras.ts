import { NO_EXTRA, type ZnodeId } from "./znode-records.ts";

/** An extra record's number; {@link NO_EXTRA} for none. */
type ExtraId = number;

const PAGE_SHIFT = 12;
const PAGE_MASK = (1 << PAGE_SHIFT) - 1;
const DOUBLES = 4;
const INTS = DOUBLES * 2;

/** Places in integers from the record's beginning; pzxid is its first double. */
export const ExtraField = {
  cversion: 2,
  aversion: 3,
  ownerHigh: 4,
  ownerLow: 5,
  childCount: 6,
  /** First child; the list is circular backwards, so firstChild.previous is the last child. */
  firstChild: 7,
} as const;
export type ExtraField = (typeof ExtraField)[keyof typeof ExtraField];

/**
 * What most znodes never have: children, an owner, a changed ACL. 32 bytes each, for those nodes only that need them; a leaf
 * that belongs to nobody does without.
 */
export class ZnodeExtras {
  readonly #doubles: Float64Array[] = [];
  readonly #ints: Int32Array[] = [];
  #firstFree: ExtraId = NO_EXTRA;
  #nextUnused: ExtraId = NO_EXTRA + 1;

  /** A record as a leaf would have it that belongs to nobody and has pzxid `pzxid`. */
  allocate(pzxid: number, noNode: ZnodeId): ExtraId {
    const id = this.#take();
    this.#ints[id >>> PAGE_SHIFT]!.fill(0, (id & PAGE_MASK) * INTS, (id & PAGE_MASK) * INTS + INTS);
    this.setPzxid(id, pzxid);
    this.setInt(id, ExtraField.firstChild, noNode);
    return id;
  }

  free(id: ExtraId): void {
    this.setInt(id, ExtraField.cversion, this.#firstFree);
    this.#firstFree = id;
  }

  pzxid(id: ExtraId): number {
    return this.#doubles[id >>> PAGE_SHIFT]![(id & PAGE_MASK) * DOUBLES]!;
  }

  setPzxid(id: ExtraId, pzxid: number): void {
    this.#doubles[id >>> PAGE_SHIFT]![(id & PAGE_MASK) * DOUBLES] = pzxid;
  }

  int(id: ExtraId, field: ExtraField): number {
    return this.#ints[id >>> PAGE_SHIFT]![(id & PAGE_MASK) * INTS + field]!;
  }

  setInt(id: ExtraId, field: ExtraField, value: number): void {
    this.#ints[id >>> PAGE_SHIFT]![(id & PAGE_MASK) * INTS + field] = value;
  }

  #take(): ExtraId {
    const recycled = this.#firstFree;
    if (recycled !== NO_EXTRA) {
      this.#firstFree = this.int(recycled, ExtraField.cversion);
      return recycled;
    }
    const id = this.#nextUnused++;
    if (id >>> PAGE_SHIFT === this.#ints.length) {
      const page = new ArrayBuffer((1 << PAGE_SHIFT) * DOUBLES * 8);
      this.#doubles.push(new Float64Array(page));
      this.#ints.push(new Int32Array(page));
    }
    return id;
  }
}
