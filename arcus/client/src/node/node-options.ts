/** How to deal with one node. Filled in from the client's options. */
export interface NodeOptions {
  /** Connections to the node. */
  readonly poolSize: number;
  readonly connectTimeoutMs: number;
  /** Operations that may wait for answers on one connection. */
  readonly maxPending: number;
  /** Operations in a row that may time out on one connection before it counts as broken … */
  readonly timeoutsMax: number;
  /** … if that has gone on for this long, ms. */
  readonly timeoutsForMs: number;
  readonly backoff: BackoffOptions;
  /** Draws numbers from [0, 1). */
  readonly random: () => number;
}

/** How long to wait between attempts to reach a node. */
export interface BackoffOptions {
  /** Wait after the first failure, ms. */
  readonly initialDelayMs: number;
  /** Longest wait, ms. */
  readonly maxDelayMs: number;
}

/**
 * Wait after so many failures in a row, ms: doubled each time, of which up to a half is left to chance, so that the many
 * clients of a node that comes back do not all knock at once.
 */
export function backoffDelayMs(
  failures: number,
  { initialDelayMs, maxDelayMs }: BackoffOptions,
  random: number,
): number {
  const ceiling = Math.min(maxDelayMs, initialDelayMs * 2 ** Math.min(failures - 1, 30));
  return ceiling * (1 - random / 2);
}
