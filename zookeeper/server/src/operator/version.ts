/** The release of Apache ZooKeeper whose behaviour this server has, and which clients therefore see. */
export const COMPATIBLE_VERSION = "3.9.5";

/** What stands where Apache prints a commit; clients accept letters, digits, dots and dashes. */
export const SERVER_REVISION = "branta-0.1.0";

/** When this release was made. */
export const BUILT_AT = new Date("2026-11-21T12:00:00Z");

/**
 * `3.9.5-<revision>, built on 2026-11-21 12:00 UTC`. Releases before 3.7 wrote the date as MM/DD/YYYY, and some clients
 * (go-zookeeper's FLWSrvr) can read no other.
 */
export function fullVersion(options: { readonly legacyBuildDate: boolean }): string {
  const [date, time] = BUILT_AT.toISOString().slice(0, 16).split("T") as [string, string];
  const [year, month, day] = date.split("-") as [string, string, string];
  const shown = options.legacyBuildDate ? `${month}/${day}/${year}` : date;
  return `${COMPATIBLE_VERSION}-${SERVER_REVISION}, built on ${shown} ${time} UTC`;
}
