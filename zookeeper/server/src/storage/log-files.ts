import { join } from "node:path";
import type { Disk } from "@branta/foundation-runtime";
import { logFileZxid } from "@branta/zookeeper-protocol";

/** One transaction log file. */
export interface LogFile {
  readonly name: string;
  readonly path: string;
  /** Zxid of the file's first entry, from its name. */
  readonly zxid: number;
}

/** All log files of a directory, oldest first. */
export async function listLogFiles(disk: Disk, directory: string): Promise<LogFile[]> {
  const files: LogFile[] = [];
  for (const name of await disk.list(directory)) {
    // Only whole names count: what tools leave beside them, such as `log.5.fixed`, is a copy.
    const zxid = logFileZxid(name);
    if (zxid !== null) files.push({ name, path: join(directory, name), zxid });
  }
  return files.toSorted((a, b) => a.zxid - b.zxid);
}

/**
 * The files that may hold entries from `zxid` on: the last one that begins at or before it, and all after that
 * (FileTxnLog.getLogFiles). `files` must be in ascending order.
 */
export function selectLogFiles(files: readonly LogFile[], zxid: number): LogFile[] {
  const first = files.findLastIndex((file) => file.zxid <= zxid);
  return files.slice(Math.max(0, first));
}
