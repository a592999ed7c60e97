import { dirname } from "node:path";
import type { Disk } from "@branta/foundation-runtime";
import { FILE_HEADER_BYTES, formatZxid } from "@branta/zookeeper-protocol";
import { listLogFiles, selectLogFiles } from "./log-files.ts";
import { scanLogFile } from "./log-scanner.ts";
import { StorageError } from "./storage-error.ts";

/**
 * Shortens a log file to `sizeBytes`, durably. A file without any entry is removed: its name is the zxid of its first
 * entry, which will be written again.
 */
export async function cutLogFile(disk: Disk, path: string, sizeBytes: number): Promise<void> {
  if (sizeBytes <= FILE_HEADER_BYTES) {
    await disk.remove(path);
    await disk.syncDirectory(dirname(path));
    return;
  }
  await using file = await disk.open(path, "write");
  await file.truncate(sizeBytes);
  await file.sync();
}

/** What is to be forgotten. */
export interface TruncateLogOptions {
  readonly disk: Disk;
  /** The directory with the log files. */
  readonly directory: string;
  /** The last zxid to keep. */
  readonly zxid: number;
}

/**
 * Forgets every entry after `zxid`, as a leader asks of a follower that is ahead of it (TRUNC). No log may be open for writing.
 * @throws StorageError `noSnapshot` if there is no log to truncate at all.
 */
export async function truncateLog(options: TruncateLogOptions): Promise<void> {
  const { disk, directory, zxid } = options;
  const all = await listLogFiles(disk, directory);
  if (all.length === 0) {
    throw new StorageError(
      "noSnapshot",
      `Cannot truncate the log to "${formatZxid(zxid)}": there is no log file in "${directory}"`,
      { file: directory },
    );
  }
  // Newest first: after a crash half way the rest is still a log without a gap.
  for (const file of selectLogFiles(all, zxid).toReversed()) {
    if (file.zxid > zxid) {
      await cutLogFile(disk, file.path, 0);
      continue;
    }
    const scan = scanLogFile(disk, file);
    let step = await scan.next();
    let cutAt: number | null = null;
    for (; step.done !== true && cutAt === null; step = await scan.next()) {
      cutAt = step.value.find((record) => record.zxid > zxid)?.offset ?? null;
    }
    await scan.return({ fault: "none", offset: 0 });
    if (cutAt === null && step.done === true) cutAt = step.value.offset;
    if (cutAt !== null) await cutLogFile(disk, file.path, cutAt);
  }
}
