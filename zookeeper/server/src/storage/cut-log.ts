import { dirname } from "node:path";
import type { Disk } from "@branta/foundation-runtime";
import { FILE_HEADER_BYTES, formatZxid } from "@branta/zookeeper-protocol";
import { listLogFiles, type LogFile, selectLogFiles } from "./log-files.ts";
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
 * @throws StorageError `noSnapshot` if there is no log to truncate at all, `corruptLog` if it cannot be read that far.
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
    await cutLogFile(disk, file.path, await endOf(disk, file, zxid));
  }
}

/** Where the entries up to `zxid` end in a file. */
async function endOf(disk: Disk, file: LogFile, zxid: number): Promise<number> {
  const scan = scanLogFile(disk, file);
  for (let step = await scan.next(); ; step = await scan.next()) {
    if (step.done !== true) {
      const later = step.value.find((record) => record.zxid > zxid);
      if (later === undefined) continue;
      await scan.return({ fault: "none", offset: 0 });
      return later.offset;
    }
    const { fault, offset } = step.value;
    if (fault === "none") return offset;
    // What stands behind a bad entry may be wanted still.
    throw new StorageError(
      "corruptLog",
      `Cannot truncate the log to "${formatZxid(zxid)}": the entry at ${offset} of "${file.path}" cannot be read (${fault})`,
      { file: file.path, offset },
    );
  }
}
