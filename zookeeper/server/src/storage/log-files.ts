import { join } from "node:path";
import type { Disk } from "@branta/foundation-runtime";

/** One transaction log file. */
export interface LogFile {
  readonly name: string;
  readonly path: string;
  /** Zxid of the file's first entry, from its name. */
  readonly zxid: number;
}

/** Only whole names count: what tools leave beside them, such as `log.5.fixed`, is a copy. */
const LOG_NAME = /^log\.([0-9a-f]{1,16})$/i;

/** What the log file that begins with `zxid` is called. */
export function logFileName(zxid: number): string {
  return `log.${zxid.toString(16)}`;
}

/** All log files of a directory, oldest first. */
export async function listLogFiles(disk: Disk, directory: string): Promise<LogFile[]> {
  const files: LogFile[] = [];
  for (const name of await disk.list(directory)) {
    const match = LOG_NAME.exec(name);
    if (match !== null) files.push({ name, path: join(directory, name), zxid: Number.parseInt(match[1]!, 16) });
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
