/** How long to wait between rounds of attempts. */
export interface BackoffOptions {
  /** Longest wait after the first failed round, ms. */
  readonly initialDelayMs: number;
  /** Longest wait after many, ms. */
  readonly maxDelayMs: number;
}

export const DEFAULT_BACKOFF: BackoffOptions = { initialDelayMs: 100, maxDelayMs: 2_000 };

/**
 * Delay before attempt number `failures` (counted from 1), ms: drawn evenly between zero and a ceiling that doubles.
 * Full jitter, because all clients of a server lose it at the same moment and must not come back at the same moment.
 *
 * @param random a number drawn from [0, 1)
 */
export function backoffDelayMs(failures: number, random: number, options: BackoffOptions = DEFAULT_BACKOFF): number {
  if (failures <= 0) return 0;
  const doubled = options.initialDelayMs * 2 ** Math.min(failures - 1, 30);
  return Math.floor(Math.min(doubled, options.maxDelayMs) * random);
}
