/** "No extra record": see ZnodeExtras. */
export const NO_EXTRA = 0;

/** A znode's number in {@link ZnodeRecords}; the root is 0, and -1 stands for "none". */
export type ZnodeId = number;

const PAGE_NODES = 4096;
const PAGE_SHIFT = 12;
const PAGE_MASK = PAGE_NODES - 1;
/** One record: 4 doubles, then 12 integers. */
const DOUBLES = 10;
const INTS = DOUBLES * 2;

/** Places of the 64-bit fields, in doubles from the record's beginning. */
export const DoubleField = { czxid: 0, mzxid: 1, ctime: 2, mtime: 3 } as const;
export type DoubleField = (typeof DoubleField)[keyof typeof DoubleField];

/** Places of the 32-bit fields, in integers from the record's beginning. */
export const IntField = {
  version: 8,
  acl: 9,
  parent: 10,
  next: 11,
  previous: 12,
  nameRef: 13,
  /** Length in bytes, and flags in the lowest bits. */
  nameLengthAndFlags: 14,
  dataRef: 15,
  /** -1 for null data, which is not the same as empty. */
  dataLength: 16,
  pathHash: 17,
  /** This node's share of the tree digest, a CRC-32; 0 where the node has none. */
  digest: 18,
  /** Number of the node's extra record, {@link NO_EXTRA} for none. */
  extra: 19,
} as const;
export type IntField = (typeof IntField)[keyof typeof IntField];

/**
 * Fixed-size numeric records of all znodes, 80 bytes each, in pages of typed arrays. A page is two views of one
 * buffer; nothing here is an object of its own, so a full tree gives the garbage collector nothing to walk.
 */
export class ZnodeRecords {
  readonly #doubles: Float64Array[] = [];
  readonly #ints: Int32Array[] = [];
  #firstFree: ZnodeId = -1;
  #nextUnused = 0;
  #count = 0;

  /** Records in use. */
  get count(): number {
    return this.#count;
  }

  /** A record with every field zero. */
  allocate(): ZnodeId {
    this.#count++;
    const recycled = this.#firstFree;
    if (recycled >= 0) {
      this.#firstFree = this.int(recycled, IntField.next);
      const at = (recycled & PAGE_MASK) * INTS;
      this.#ints[recycled >>> PAGE_SHIFT]!.fill(0, at, at + INTS);
      return recycled;
    }
    const id = this.#nextUnused++;
    if (id >>> PAGE_SHIFT === this.#ints.length) {
      const page = new ArrayBuffer(PAGE_NODES * DOUBLES * 8);
      this.#doubles.push(new Float64Array(page));
      this.#ints.push(new Int32Array(page));
    }
    return id;
  }

  free(id: ZnodeId): void {
    this.#count--;
    this.setInt(id, IntField.next, this.#firstFree);
    this.#firstFree = id;
  }

  double(id: ZnodeId, field: DoubleField): number {
    return this.#doubles[id >>> PAGE_SHIFT]![(id & PAGE_MASK) * DOUBLES + field]!;
  }

  setDouble(id: ZnodeId, field: DoubleField, value: number): void {
    this.#doubles[id >>> PAGE_SHIFT]![(id & PAGE_MASK) * DOUBLES + field] = value;
  }

  int(id: ZnodeId, field: IntField): number {
    return this.#ints[id >>> PAGE_SHIFT]![(id & PAGE_MASK) * INTS + field]!;
  }

  setInt(id: ZnodeId, field: IntField, value: number): void {
    this.#ints[id >>> PAGE_SHIFT]![(id & PAGE_MASK) * INTS + field] = value;
  }
}
