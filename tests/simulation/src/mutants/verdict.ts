/** What became of a planted bug. */
export interface Verdict {
  /** The first play that went differently, null if none. */
  readonly play: string | null;
  /** The first seed that broke a property, null if none. */
  readonly seed: number | null;
  /** Seeds that were run. */
  readonly seeds: number;
  /** What the seed broke. */
  readonly message: string;
}
