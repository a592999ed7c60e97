import type { TreeDigest } from "@branta/zookeeper-engine";

const INTERVAL = 128;
const KEPT = 1024;

const LOGS = new WeakMap<object, DigestLog>();

/** The log of a tree, which goes on whatever role its server has. */
export function digestLogOf(tree: object): DigestLog {
  let log = LOGS.get(tree);
  if (log === undefined) LOGS.set(tree, (log = new DigestLog()));
  return log;
}

/** The tree's digest at every zxid that 128 divides, so that the histories of several servers can be compared. */
export class DigestLog {
  readonly #entries: { zxid: number; digest: bigint; version: number }[] = [];

  record(zxid: number, digest: TreeDigest): void {
    if (zxid % INTERVAL !== 0) return;
    this.#entries.push({ zxid, digest: digest.toBigInt(), version: 2 });
    if (this.#entries.length > KEPT) this.#entries.shift();
  }

  /** Oldest first. */
  entries(): Iterable<{ readonly zxid: number; readonly digest: bigint; readonly version: number }> {
    return this.#entries;
  }
}
