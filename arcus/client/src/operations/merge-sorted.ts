import type { Merged, MergedElement } from "@branta/arcus-protocol";
import { bkeyFromText, compareBkeyTexts } from "./tree-values.ts";

/** Which way, how many, and whether a bkey may be there more than once. */
export interface MergeOptions {
  readonly isDescending: boolean;
  readonly count: number;
  readonly unique: boolean;
}

/** An element with its bkey read. */
interface Candidate {
  readonly element: MergedElement;
  readonly bkey: bigint | Buffer;
}

/**
 * Makes one answer of those of several nodes, as if one node had all b+trees: sorted by bkey, then by key. A key counts as
 * trimmed only if its trimmed elements could have stood before the last one of the answer.
 */
export function mergeSorted(parts: readonly Merged[], { isDescending, count, unique }: MergeOptions): Merged {
  const sign = isDescending ? -1 : 1;
  const candidates = parts.flatMap(({ elements }) =>
    elements.map((element): Candidate => ({ element, bkey: bkeyFromText(element.bkey) })),
  );
  candidates.sort((a, b) => sign * (compareBkeyTexts(a.bkey, b.bkey) || compareTexts(a.element.key, b.element.key)));
  const elements: Candidate[] = [];
  let duplicated = false;
  for (const candidate of candidates) {
    if (elements.length === count) break;
    const last = elements.at(-1);
    const repeats = last !== undefined && compareBkeyTexts(last.bkey, candidate.bkey) === 0;
    if (repeats && unique) continue;
    duplicated ||= repeats;
    elements.push(candidate);
  }
  const last = elements.length === count ? elements.at(-1) : undefined;
  const trimmed = parts
    .flatMap((part) => part.trimmed)
    .map((entry) => ({ entry, bkey: bkeyFromText(entry.bkey) }))
    .filter(({ bkey }) => last === undefined || sign * compareBkeyTexts(bkey, last.bkey) < 0)
    .sort((a, b) => sign * (compareBkeyTexts(a.bkey, b.bkey) || compareTexts(a.entry.key, b.entry.key)));
  return {
    elements: elements.map(({ element }) => element),
    missed: parts.flatMap((part) => part.missed),
    trimmed: trimmed.map(({ entry }) => entry),
    duplicated,
  };
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
