import type { Disk } from "@branta/foundation-runtime";
import { zxidCounter } from "@branta/zookeeper-protocol";
import type { Directories } from "./directories.ts";
import { listLogFiles, selectLogFiles } from "./log-files.ts";
import { readTxnLog } from "./read-txn-log.ts";
import { SnapshotStore } from "./snapshot-store.ts";

/** So much is read in any case: a snapshot smaller than this is no relief. */
const READ_BYTES_MIN = 1024 * 1024;

/** More than this is not held in memory for the sake of one learner. */
const READ_BYTES_MAX = 64 * 1024 * 1024;

export interface ReadHistoryOptions extends Directories {
  readonly disk: Disk;
  /** Where a learner's history ends: what is read begins with the last transaction at or before it. */
  readonly after: number;
  /** The last zxid wanted; must be on disk, for logs may be written to behind it. */
  readonly to: number;
  /** snapshotSizeFactor: the part of the newest snapshot's size up to which logs are read instead; < 0: never. */
  readonly snapshotSizeFactor: number;
}

/**
 * Reads from the logs what a learner lacks. Whether each transaction follows the one before is for the reader to say.
 *
 * @returns null where a snapshot is better: the logs do not go back so far, are long, or end and begin again.
 * @throws StorageError, DiskError for logs that cannot be read, also because they were purged meanwhile.
 */
export async function readHistory(options: ReadHistoryOptions): Promise<{ zxid: number; bytes: Buffer }[] | null> {
  const { disk, logDirectory, after, to, snapshotSizeFactor } = options;
  const [first] = selectLogFiles(await listLogFiles(disk, logDirectory), after);
  if (snapshotSizeFactor < 0 || first === undefined || first.zxid > after) return null;
  const store = new SnapshotStore({ disk, directory: options.snapshotDirectory });
  const snapshots = await store.list();
  const bytesMax = await limitOf(disk, snapshots[0]?.path, snapshotSizeFactor);
  const entries: { zxid: number; bytes: Buffer }[] = [];
  let sizeBytes = 0;
  for await (const { zxid, bytes } of readTxnLog({ disk, directory: logDirectory, fromZxid: first.zxid, toZxid: to })) {
    if (zxid <= after) {
      entries.length = 0;
      sizeBytes = 0;
    }
    entries.push({ zxid, bytes });
    sizeBytes += bytes.length;
    if (sizeBytes > bytesMax) return null;
  }
  const begin = entries[0];
  return begin !== undefined && begin.zxid <= after && isCovered(entries, snapshots) ? entries : null;
}

async function limitOf(disk: Disk, snapshot: string | undefined, factor: number): Promise<number> {
  if (snapshot === undefined) return READ_BYTES_MIN;
  await using file = await disk.open(snapshot, "read");
  return Math.min(Math.max((await file.size()) * factor, READ_BYTES_MIN), READ_BYTES_MAX);
}

/**
 * Where a server took over a leader's snapshot, Apache's keep their logs from before it, with a hole that no zxid shows if
 * an epoch ends in it. But the snapshot's own zxid is in that hole: it is in no log.
 */
function isCovered(entries: readonly { readonly zxid: number }[], snapshots: readonly { zxid: number }[]): boolean {
  const first = entries[0]!.zxid;
  const last = entries.at(-1)!.zxid;
  const logged = new Set(entries.map(({ zxid }) => zxid));
  return snapshots.every(({ zxid }) => {
    if (zxid <= first || zxid > last) return true;
    return zxidCounter(zxid) !== 0 && logged.has(zxid);
  });
}
