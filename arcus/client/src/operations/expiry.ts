/** When an item goes: seconds from now; 0 never; "sticky": never, and no want of memory drives it out either. */
export type Expiry = number | "sticky";

/** What nodes take for a time from now on, s; above it they take it for Unix time. */
const RELATIVE_SECONDS_MAX = 30 * 24 * 3_600;

/** The number that nodes want. */
export function expireSecondsOf(expiry: Expiry | undefined): number {
  if (expiry === undefined) return 0;
  if (expiry === "sticky") return -1;
  const seconds = Math.ceil(expiry);
  return seconds > RELATIVE_SECONDS_MAX ? Math.floor(Date.now() / 1_000) + seconds : seconds;
}
