/** The link to the build that launchers use. bin/lib/set-up.sh knows this name and the next. */
export const CURRENT_BUILD = "current";

/** A file of each build; sources that are newer than it make the build stale. */
export const STAMP = "stamp";

const BUILDS_KEPT = 4;
const UNFINISHED_MS_MAX = 60 * 60_000;
const NAME = /^(?:(?<unfinished>unfinished|link)-)?(?<began>[0-9a-z]+)-\d+$/;

/**
 * Which entries of the bundle folder nobody needs any more: all but the newest few builds, and what builds left behind
 * that were killed over an hour ago. Programs load their last modules soon after their start, so that a few builds are
 * enough; a developer who saves a file a minute would fill the disk with more.
 *
 * @param entries names in the folder: BEGAN-PID, `unfinished-` before those that are being made; others stay
 * @param nowMs time of now, as the BEGAN of names, which is in base 36
 */
export function outdatedBuilds(entries: readonly string[], nowMs: number): string[] {
  const named = entries.flatMap((entry) => {
    const groups = NAME.exec(entry)?.groups;
    return groups === undefined
      ? []
      : [{ entry, unfinished: groups["unfinished"] !== undefined, began: Number.parseInt(groups["began"]!, 36) }];
  });
  const builds = named.filter(({ unfinished }) => !unfinished).toSorted((a, b) => b.began - a.began);
  const abandoned = named.filter(({ unfinished, began }) => unfinished && nowMs - began > UNFINISHED_MS_MAX);
  return [...builds.slice(BUILDS_KEPT), ...abandoned].map(({ entry }) => entry);
}
