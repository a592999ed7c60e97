const TWO_32 = 0x1_0000_0000;
/** Between two halves and a bigint, without the bigints that shifting would leave behind. */
const scratch = new DataView(new ArrayBuffer(8));

/**
 * The sum of all nodes' CRC-32 values modulo 2^64 (Apache's AdHash), kept as two halves because every write
 * changes it and a bigint would be garbage each time.
 */
export class TreeDigest {
  #high = 0;
  #low = 0;

  add(crc: number): void {
    const low = this.#low + (crc >>> 0);
    if (low >= TWO_32) {
      this.#low = low - TWO_32;
      this.#high = (this.#high + 1) % TWO_32;
    } else {
      this.#low = low;
    }
  }

  subtract(crc: number): void {
    const low = this.#low - (crc >>> 0);
    if (low < 0) {
      this.#low = low + TWO_32;
      this.#high = (this.#high + TWO_32 - 1) % TWO_32;
    } else {
      this.#low = low;
    }
  }

  get high(): number {
    return this.#high;
  }

  get low(): number {
    return this.#low;
  }

  copyFrom(other: TreeDigest): void {
    this.#high = other.#high;
    this.#low = other.#low;
  }

  clone(): TreeDigest {
    const copy = new TreeDigest();
    copy.copyFrom(this);
    return copy;
  }

  equals(high: number, low: number): boolean {
    return this.#high === high >>> 0 && this.#low === low >>> 0;
  }

  /** The sum as a signed 64-bit number, as transactions and snapshots carry it. */
  toBigInt(): bigint {
    scratch.setInt32(0, this.#high | 0);
    scratch.setInt32(4, this.#low | 0);
    return scratch.getBigInt64(0);
  }

  /** Whether the sum is this signed 64-bit number. */
  is(value: bigint): boolean {
    scratch.setBigInt64(0, value);
    return this.equals(scratch.getInt32(0), scratch.getInt32(4));
  }
}
