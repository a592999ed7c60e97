/** Aligns rows under a head; the first column to the left, the others to the right. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join("  ");
  return [line(head), ...rows.map(line)].join("\n");
}

/** 12345.6 as "12 346". */
export function thousands(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, " ");
}

/** Microseconds as milliseconds with two places. */
export function milliseconds(us: number): string {
  return (us / 1_000).toFixed(2);
}

/** Bytes as whole MiB. */
export function mebibytes(bytes: number): string {
  return thousands(bytes / 2 ** 20);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The part of the values that lie below: 0.99 for the 99th percentile. */
export function quantile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? Number.NaN;
}

/** The first server's figure in terms of the second's, "×0.33". */
export function ratio(first: number, second: number): string {
  return `×${(first / second).toFixed(2)}`;
}

/**
 * The rows of a table: one a server, and where there are two, one more with the first in terms of the second.
 *
 * @param figures by server, as many for each as `formats`
 * @param formats how the figure of each column is shown
 */
export function rowsWithRatios(
  figures: ReadonlyMap<string, readonly number[]>,
  formats: readonly ((value: number) => string)[],
): string[][] {
  const rows = [...figures].map(([name, values]) => [name, ...values.map((value, column) => formats[column]!(value))]);
  const [first, second, ...more] = figures.values();
  if (first === undefined || second === undefined || more.length > 0) return rows;
  return [...rows, ["ratio", ...first.map((value, column) => ratio(value, second[column]!))]];
}
