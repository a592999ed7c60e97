/** A binary heap in an array; the first in order stands at its top. */
export class EntryHeap<Entry> {
  readonly #entries: Entry[];
  readonly #compare: (a: Entry, b: Entry) => number;

  /** @param entries in order, which makes them a heap; they belong to it from now on */
  constructor(entries: Entry[], compare: (a: Entry, b: Entry) => number) {
    this.#entries = entries;
    this.#compare = compare;
  }

  get size(): number {
    return this.#entries.length;
  }

  get top(): Entry {
    return this.#entries[0];
  }

  dropTop(): void {
    const last = this.#entries.pop();
    if (last === undefined || this.#entries.length === 0) return;
    this.#entries[0] = last;
    this.settleTop();
  }

  /** Puts the top where it belongs after it changed. */
  settleTop(): void {
    const entries = this.#entries;
    const entry = entries[0];
    let at = 0;
    for (let child = 1; child < entries.length; child = 2 * at + 1) {
      if (child + 1 < entries.length && this.#compare(entries[child + 1], entries[child]) < 0) child += 1;
      if (this.#compare(entry, entries[child]) <= 0) break;
      entries[at] = entries[child];
      at = child;
    }
    entries[at] = entry;
  }
}
