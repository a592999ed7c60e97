import { zxidCounter, zxidEpoch } from "@branta/zookeeper-protocol";

/** The last transactions of a history, for learners that are a little behind: oldest first, without a gap. */
export class RecentEntries {
  readonly #limit: number;
  #entries: { readonly zxid: number; readonly bytes: Buffer }[] = [];

  /** @param limit how many are wanted */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes the next transaction. `bytes` may be a view that is copied later, but must not change. */
  add(zxid: number, bytes: Buffer): void {
    const last = this.#entries.at(-1);
    if (last !== undefined && !isNextZxid(last.zxid, zxid)) this.#entries = [];
    this.#entries.push({ zxid, bytes });
    // Seldom, so that it costs nothing to speak of.
    if (this.#entries.length >= 2 * this.#limit) this.#entries = this.#entries.slice(-this.#limit);
  }

  /** The last ones, up to `lastZxid`, which is where the history must end; none if they end elsewhere. */
  upTo(lastZxid: number): { readonly zxid: number; readonly bytes: Buffer }[] {
    if (this.#limit === 0 || this.#entries.at(-1)?.zxid !== lastZxid) return [];
    // Copies: a view of a few bytes would keep a megabyte of the log file.
    return this.#entries.slice(-this.#limit).map(({ zxid, bytes }) => ({ zxid, bytes: Buffer.from(bytes) }));
  }
}

/** Whether a history may go on with `next` after `last`: with the next number, or with the first of a later epoch. */
function isNextZxid(last: number, next: number): boolean {
  if (next === last + 1) return true;
  return zxidEpoch(next) > zxidEpoch(last) && zxidCounter(next) === 1;
}
