import type { Disk } from "@branta/foundation-runtime";
import { formatZxid } from "@branta/zookeeper-protocol";
import { truncateLog } from "./cut-log.ts";
import type { Directories } from "./directories.ts";
import { listLogFiles } from "./log-files.ts";
import { SnapshotStore } from "./snapshot-store.ts";
import { StorageError } from "./storage-error.ts";

/** What is to be forgotten. */
export interface TruncateHistoryOptions extends Directories {
  readonly disk: Disk;
  /** The last zxid to keep. */
  readonly zxid: number;
}

/**
 * Forgets every transaction after `zxid`, in logs and snapshots, durably. No log may be open for writing, no snapshot in
 * the making.
 *
 * Snapshots go first. Whenever the power fails, what is left is an older snapshot and a log that goes on from it, to its
 * old end or to some point before: the server comes back as one that has not been told yet, or not all of it.
 *
 * @throws StorageError `noSnapshot` if what is to stay could not be recovered: then nothing has been removed. `corruptLog`
 */
export async function truncateHistory(options: TruncateHistoryOptions): Promise<void> {
  const { disk, snapshotDirectory, logDirectory, zxid } = options;
  const store = new SnapshotStore({ disk, directory: snapshotDirectory });
  const base = (await store.findValid(Number.POSITIVE_INFINITY)).find((file) => file.zxid <= zxid);
  const hasLog = (await listLogFiles(disk, logDirectory)).length > 0;
  if (base === undefined || (!hasLog && base.zxid < zxid)) {
    throw new StorageError(
      "noSnapshot",
      `Cannot go back to "${formatZxid(zxid)}": there is no snapshot in "${snapshotDirectory}" from which to get there; ` +
        "remove version-2 to get everything from the leader",
      { file: snapshotDirectory },
    );
  }
  const later = (await store.list()).filter((file) => file.zxid > zxid);
  for (const file of later) await disk.remove(file.path);
  if (later.length > 0) await disk.syncDirectory(snapshotDirectory);
  if (hasLog) await truncateLog({ disk, directory: logDirectory, zxid });
}
