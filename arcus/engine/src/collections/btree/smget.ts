import { type BkeyRange, compareBkeys, type EflagFilter, matchesFilter } from "@branta/arcus-protocol";
import type { BtreeCollection } from "./btree-collection.ts";
import type { BtreeElement } from "./btree-element.ts";
import { EntryHeap } from "./entry-heap.ts";
import { directionOf, RangeScan } from "./range-scan.ts";

/** A b+tree of those that are merged, and what readers see beside its elements. */
export interface SmgetSource {
  readonly collection: BtreeCollection;
  readonly flags: number;
}

export interface SmgetRequest {
  readonly range: BkeyRange;
  readonly filter: EflagFilter | null;
  /** Elements of the merged row that are left out at its begin. */
  readonly offset: number;
  /** Elements wanted, at least 1. */
  readonly count: number;
  /** `legacy` is the form of before arcus-memcached 1.8: a trim then ends the answer instead of being listed. */
  readonly mode: "duplicate" | "unique" | "legacy";
}

export type SmgetMissReason = "keyNotFound" | "unreadable" | "bkeyOutOfRange";

export interface SmgetResult {
  /** Elements in order, each with the index of its key. */
  readonly hits: { readonly keyIndex: number; readonly flags: number; readonly element: BtreeElement }[];
  /** Keys without an answer, in the order of the request. */
  readonly missed: { readonly keyIndex: number; readonly reason: SmgetMissReason }[];
  /** Keys whose elements end at a trim within the answer, each with the last element before, in their order. */
  readonly trimmedKeys: SmgetTrim[];
  /** Whether one bkey comes twice. */
  readonly duplicated: boolean;
  /** Whether a trim ended the answer; in legacy mode only. */
  readonly endedByTrim: boolean;
}

/** Wrong type or kind of bkey in one collection; a key that stands in the list twice; a trim, in legacy mode. */
export type SmgetRefusal = "typeMismatch" | "bkeyMismatch" | "badValue" | "bkeyOutOfRange";

interface SmgetTrim {
  readonly keyIndex: number;
  readonly element: BtreeElement;
}

/** One collection in the merge; its scan stands on the element that it offers next. */
interface Entry {
  readonly keyIndex: number;
  readonly key: string;
  readonly source: SmgetSource;
  scan: RangeScan;
}

/** Where a walk over elements that do not pass the filter came to: an element that does, or the end of its scan. */
interface Walk {
  readonly match: BtreeElement | null;
  readonly scan: RangeScan;
  readonly last: BtreeElement;
}

/** Elements that a walk looks at before it is worth remembering. */
const LONG_WALK = 64;

/**
 * Merges the same range of many b+trees in the order of bkeys, then keys.
 * @param keys one-byte strings
 * @param lookup asked once for each key, in order
 */
export function smget(
  keys: readonly string[],
  lookup: (key: string) => SmgetSource | "keyNotFound" | "typeMismatch",
  request: SmgetRequest,
): SmgetResult | SmgetRefusal {
  const merge = new Smget(request);
  for (let keyIndex = 0; keyIndex < keys.length; keyIndex++) {
    const key = keys[keyIndex];
    const source = lookup(key);
    if (source === "typeMismatch") return source;
    if (source === "keyNotFound") merge.missed.push({ keyIndex, reason: source });
    else {
      const refusal = merge.add(keyIndex, key, source);
      if (refusal !== null) return refusal;
    }
  }
  return merge.finish();
}

class Smget {
  readonly missed: SmgetResult["missed"] = [];
  readonly #request: SmgetRequest;
  readonly #direction: ReturnType<typeof directionOf>;
  /** 1, or -1 when bkeys and keys come in descending order. */
  readonly #sign: 1 | -1;
  /** How many collections can contribute: each of the first that many offers at least one element. */
  readonly #entriesMax: number;
  /** By what they offer. Those that offer too much behind the others are not kept. */
  readonly #entries: Entry[] = [];
  readonly #trims: SmgetTrim[] = [];
  /** Long walks by the element where they began: a key may stand in the list thousands of times. */
  readonly #walks = new Map<BtreeElement, Walk>();

  constructor(request: SmgetRequest) {
    this.#request = request;
    this.#direction = directionOf(request.range);
    this.#sign = this.#direction === "descending" ? -1 : 1;
    this.#entriesMax = request.offset + request.count;
  }

  /** Adds a collection by its first matching element. */
  add(keyIndex: number, key: string, source: SmgetSource): SmgetRefusal | null {
    const { collection } = source;
    if (!collection.attributes.readable) return this.#miss(keyIndex, "unreadable");
    if (collection.count === 0) return null;
    if (collection.isOtherKind(this.#request.range.from)) return "bkeyMismatch";
    const scan = new RangeScan(collection.tree, this.#request.range, this.#direction);
    const entry: Entry = { keyIndex, key, source, scan };
    if (!scan.startsExactly && this.#bordersTrimmed(entry)) return this.#miss(keyIndex, "bkeyOutOfRange");
    if (scan.element === null) return null;
    const end = this.#toMatch(entry);
    if (end !== null) return this.#runOut(entry, end);
    return this.#place(entry);
  }

  finish(): SmgetResult {
    const { offset, count, mode } = this.#request;
    const heap = new EntryHeap(this.#entries, (a, b) => this.#compare(a, b));
    const hits: SmgetResult["hits"] = [];
    let previous: BtreeElement | null = null;
    let [skipped, duplicated, metTrim] = [0, false, false];
    while (heap.size > 0) {
      const entry = heap.top;
      const element = entry.scan.element!;
      const isDuplicate = previous !== null && compareBkeys(previous, element) === 0;
      previous = element;
      if (metTrim && !isDuplicate) break;
      if (mode !== "unique" || !isDuplicate) {
        if (skipped < offset) skipped += 1;
        else {
          if (isDuplicate && hits.length > 0) duplicated = true;
          hits.push({ keyIndex: entry.keyIndex, flags: entry.source.flags, element });
          if (hits.length >= count) break;
        }
      }
      const end = this.#toNextMatch(entry);
      if (end === null) heap.settleTop();
      else {
        heap.dropTop();
        metTrim ||= this.#runOut(entry, end) !== null;
      }
    }
    const trimmedKeys = this.#trimsWithin(hits.length < count ? null : hits.at(-1)!.element);
    return {
      hits,
      missed: this.missed,
      trimmedKeys,
      duplicated,
      endedByTrim: metTrim && hits.length < count,
    };
  }

  #miss(keyIndex: number, reason: SmgetMissReason): SmgetRefusal | null {
    if (reason === "bkeyOutOfRange" && this.#request.mode === "legacy") return reason;
    this.missed.push({ keyIndex, reason });
    return null;
  }

  /** Finds the place of an entry among the others, if it has one. */
  #place(added: Entry): SmgetRefusal | null {
    const entries = this.#entries;
    const isFull = entries.length >= this.#entriesMax;
    let entry = added;
    for (;;) {
      if (isFull) {
        const order = this.#compare(entry, entries.at(-1)!);
        if (order === 0) return "badValue";
        if (order > 0) return null;
      }
      let [low, high] = [0, entries.length - 1];
      let same = -1;
      while (low <= high && same < 0) {
        const middle = (low + high) >> 1;
        const order = this.#compare(entry, entries[middle]);
        if (order === 0) return "badValue";
        if (this.#request.mode === "unique" && sameBkey(entry, entries[middle])) same = middle;
        else if (order < 0) high = middle - 1;
        else low = middle + 1;
      }
      if (same < 0) {
        if (isFull) entries.pop();
        entries.splice(low, 0, entry);
        return null;
      }
      // Of two that offer the same bkey, the one whose key comes first keeps it; the other one goes on.
      if (this.#compare(entry, entries[same]) < 0) [entries[same], entry] = [entry, entries[same]];
      const end = this.#toNextMatch(entry);
      if (end !== null) return this.#runOut(entry, end);
    }
  }

  #toNextMatch(entry: Entry): BtreeElement | null {
    const last = entry.scan.element!;
    entry.scan.next();
    return entry.scan.element === null ? last : this.#toMatch(entry);
  }

  /** Goes on to an element that passes the filter. @returns the last element seen when there is none */
  #toMatch(entry: Entry): BtreeElement | null {
    const { filter } = this.#request;
    if (filter === null) return null;
    const { scan } = entry;
    const first = scan.element!;
    const known = this.#walks.get(first);
    if (known !== undefined) return walkAgain(entry, known);
    let last = first;
    let steps = 0;
    for (; scan.element !== null && !matchesFilter(scan.element.eflag, filter); steps++) {
      last = scan.element;
      scan.next();
    }
    if (steps >= LONG_WALK) this.#walks.set(first, { match: scan.element, scan, last });
    return scan.element === null ? last : null;
  }

  /** Notes where a collection has no more elements, if that is for a trim. */
  #runOut(entry: Entry, last: BtreeElement): "bkeyOutOfRange" | null {
    if (!entry.scan.isOff || !this.#bordersTrimmed(entry)) return null;
    if (this.#request.mode === "legacy") return "bkeyOutOfRange";
    this.#trims.push({ keyIndex: entry.keyIndex, element: last });
    return null;
  }

  #bordersTrimmed({ scan, source: { collection } }: Entry): boolean {
    return collection.trimmed && scan.bordersTrimmed(collection.attributes.overflowAction);
  }

  /**
   * The trims in order, those behind the last element of a full answer left out. The real server adds them from the
   * last one it met, each right behind the first of its like that a binary search meets; so do we, for equal ones.
   */
  #trimsWithin(tail: BtreeElement | null): SmgetTrim[] {
    const sorted: SmgetTrim[] = [];
    for (const trim of this.#trims.toReversed()) {
      if (tail !== null && this.#sign * compareBkeys(trim.element, tail) >= 0) continue;
      let [low, high] = [0, sorted.length - 1];
      while (low <= high) {
        const middle = (low + high) >> 1;
        const order = this.#sign * compareBkeys(trim.element, sorted[middle].element);
        if (order < 0) high = middle - 1;
        else low = middle + 1;
        if (order === 0) break;
      }
      sorted.splice(low, 0, trim);
    }
    return sorted;
  }

  #compare(a: Entry, b: Entry): number {
    const order = compareBkeys(a.scan.element!, b.scan.element!);
    if (order !== 0) return this.#sign * order;
    if (a.key === b.key) return 0;
    return a.key < b.key ? -this.#sign : this.#sign;
  }
}

/** Comes to where a walk from the same element came to. */
function walkAgain(entry: Entry, { match, scan, last }: Walk): BtreeElement | null {
  if (match !== null) {
    entry.scan.jumpTo(match);
    return null;
  }
  // An ended scan stays as it is, so all can have it.
  entry.scan = scan;
  return last;
}

function sameBkey(a: Entry, b: Entry): boolean {
  return compareBkeys(a.scan.element!, b.scan.element!) === 0;
}
