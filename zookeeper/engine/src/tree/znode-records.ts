/** A znode's number in {@link ZnodeRecords}; the root is 0, and -1 stands for "none". */
export type ZnodeId = number;

const PAGE_NODES = 4096;
const PAGE_SHIFT = 12;
const PAGE_MASK = PAGE_NODES - 1;
/** One record: 5 doubles, then 18 integers. */
const DOUBLES = 14;
const INTS = DOUBLES * 2;

/** Places of the 64-bit fields, in doubles from the record's beginning. */
export const DoubleField = { czxid: 0, mzxid: 1, pzxid: 2, ctime: 3, mtime: 4 } as const;
export type DoubleField = (typeof DoubleField)[keyof typeof DoubleField];

/** Places of the 32-bit fields, in integers from the record's beginning. */
export const IntField = {
  version: 10,
  cversion: 11,
  aversion: 12,
  ownerHigh: 13,
  ownerLow: 14,
  acl: 15,
  parent: 16,
  /** First child; the list is circular backwards, so firstChild.previous is the last child. */
  firstChild: 17,
  next: 18,
  previous: 19,
  childCount: 20,
  nameRef: 21,
  nameLength: 22,
  dataRef: 23,
  /** -1 for null data, which is not the same as empty. */
  dataLength: 24,
  pathHash: 25,
  /** This node's share of the tree digest, a CRC-32; 0 where the node has none. */
  digest: 26,
  flags: 27,
} as const;
export type IntField = (typeof IntField)[keyof typeof IntField];

/**
 * Fixed-size numeric records of all znodes, 112 bytes each, in pages of typed arrays. A page is two views of one
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
