/**
 * The word of a list that a mistyped one most likely stands for, or null when none is near.
 * Near means at most two edits, or three for words longer than eight letters, counting a swap of neighbours as one.
 */
export function nearestWord(mistyped: string, words: Iterable<string>): string | null {
  const limit = mistyped.length > 8 ? 3 : mistyped.length > 3 ? 2 : 1;
  let nearest: string | null = null;
  let fewest = limit + 1;
  for (const word of words) {
    if (Math.abs(word.length - mistyped.length) >= fewest) continue;
    const edits = editDistance(mistyped.toLowerCase(), word.toLowerCase());
    if (edits < fewest) {
      fewest = edits;
      nearest = word;
    }
  }
  return nearest;
}

/** Optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let edits = Math.min(replace, previous[j]! + 1, current[j - 1]! + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) edits = Math.min(edits, beforePrevious[j - 2]! + 1);
      current.push(edits);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length]!;
}
