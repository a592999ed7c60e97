/** Takes the lines that a cache node says to its operator. */
export interface NodeLog {
  /** What somebody should look after; always shown. */
  warn(text: string): void;
  /** What happened; shown with -v. */
  info(text: string): void;
  /** What led to it; shown with -vv. */
  debug(text: string): void;
}

/**
 * A log of lines without dates, as arcus-memcached's on standard error.
 *
 * @param verbosity answers how many -v there are now; clients may change it
 * @param write takes a line with its line end
 */
export function createNodeLog(verbosity: () => number, write: (line: string) => void): NodeLog {
  const from = (least: number) => (text: string) => {
    if (verbosity() >= least) write(`${text}\n`);
  };
  return { warn: from(0), info: from(1), debug: from(2) };
}
