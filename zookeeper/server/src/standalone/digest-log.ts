import type { TreeDigest } from "@branta/zookeeper-engine";

const INTERVAL = 128;
const KEPT = 1024;

/** The tree's digest every 128 transactions, for comparing servers afterwards. */
export class DigestLog {
  readonly #entries: { zxid: number; digest: bigint; version: number }[] = [];
  #untilNext = 0;

  record(zxid: number, digest: TreeDigest): void {
    if (this.#untilNext-- > 0) return;
    this.#untilNext = INTERVAL - 1;
    this.#entries.push({ zxid, digest: digest.toBigInt(), version: 2 });
    if (this.#entries.length > KEPT) this.#entries.shift();
  }

  /** Oldest first. */
  entries(): Iterable<{ readonly zxid: number; readonly digest: bigint; readonly version: number }> {
    return this.#entries;
  }
}
