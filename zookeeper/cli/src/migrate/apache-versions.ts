/** What is known of a version of Apache ZooKeeper that may lose acknowledged writes. */
export interface VersionDanger {
  /** What can happen, in words that follow "Apache 3.8.0 ". */
  readonly text: string;
  readonly issues: string;
}

const EARLY_ACK: VersionDanger = {
  text: "acknowledges what it was sent while it synchronizes before it is on its disk: crashes of several servers can lose acknowledged writes",
  issues: "ZOOKEEPER-4643, -4646, -4785",
};
const HOLE: VersionDanger = {
  text: "can lose a transaction while it synchronizes, and hand the hole on to others as their leader",
  issues: "ZOOKEEPER-4925",
};

/** First patch releases that wrote a follower's history before they acknowledged it, by minor version. */
const FIRST_SOUND: ReadonlyMap<string, number> = new Map([
  ["3.8", 5],
  ["3.9", 2],
]);

/** The danger of a version `3.minor.patch`, null when none is known. */
export function versionDanger(version: string): VersionDanger | null {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  if (major !== 3) return null;
  if (minor < 8) return EARLY_ACK;
  if (minor === 9 && patch === 3) return HOLE;
  return patch < (FIRST_SOUND.get(`3.${minor}`) ?? 0) ? EARLY_ACK : null;
}

/** Whether servers of this version speak the protocol that Branta speaks with them. */
export function isSupportedApache(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major === 3 && minor >= 5 && minor <= 9;
}
