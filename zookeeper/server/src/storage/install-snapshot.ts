import { join } from "node:path";
import type { Disk } from "@branta/foundation-runtime";
import { snapshotFileName, snapshotFileZxid } from "@branta/zookeeper-protocol";
import type { Directories } from "./directories.ts";
import { listLogFiles } from "./log-files.ts";
import { SnapshotStore } from "./snapshot-store.ts";

/** A complete snapshot that is about to take the place of everything else. No snapshot's name to Apache. */
const INSTALLING_PREFIX = "installing-snapshot.";

/** Which snapshot takes the place of what. */
export interface InstallSnapshotOptions extends Directories {
  readonly disk: Disk;
  /** A complete, synced file in the snapshot directory. */
  readonly path: string;
  readonly zxid: number;
}

/**
 * Puts a leader's snapshot in the place of all snapshots and logs, durably: nothing of the history that it replaces may
 * come back, not even behind it (entries after its zxid) or instead of it (an older snapshot, if this one is damaged later).
 * No log may be open for writing, no snapshot in the making.
 *
 * 1. The file gets a name that says what is under way. This one rename decides: before it the old history is all there,
 *    from it on every start ends what follows, see {@link finishInstallation}.
 * 2. The old snapshots go, then the old logs: a server that knows nothing of the name, Apache's, finds logs without a
 *    snapshot in between and refuses to start, instead of starting with a part of a history.
 * 3. The file gets a snapshot's name.
 */
export async function installSnapshot(options: InstallSnapshotOptions): Promise<void> {
  const { disk, snapshotDirectory, path, zxid } = options;
  const suffix = snapshotFileName(zxid).slice("snapshot.".length);
  await disk.rename(path, join(snapshotDirectory, INSTALLING_PREFIX + suffix));
  await disk.syncDirectory(snapshotDirectory);
  await finishInstallation(options);
}

/** Ends an installation that a crash has interrupted; without one nothing changes. True if there was one. */
export async function finishInstallation(options: Directories & { readonly disk: Disk }): Promise<boolean> {
  const { disk, snapshotDirectory, logDirectory } = options;
  const name = (await disk.list(snapshotDirectory)).find((entry) => entry.startsWith(INSTALLING_PREFIX));
  if (name === undefined) return false;
  const finalName = `snapshot.${name.slice(INSTALLING_PREFIX.length)}`;
  if (snapshotFileZxid(finalName) === null) return false;
  for (const file of await new SnapshotStore({ disk, directory: snapshotDirectory }).list())
    await disk.remove(file.path);
  await disk.syncDirectory(snapshotDirectory);
  for (const file of (await listLogFiles(disk, logDirectory)).toReversed()) await disk.remove(file.path);
  await disk.syncDirectory(logDirectory);
  await disk.rename(join(snapshotDirectory, name), join(snapshotDirectory, finalName));
  await disk.syncDirectory(snapshotDirectory);
  return true;
}
