import { join, resolve } from "node:path";
import { type Disk, DiskError } from "@branta/foundation-runtime";
import { StorageError } from "./storage-error.ts";

/** The format's own folder inside dataDir and dataLogDir. */
const VERSION_DIRECTORY = "version-2";

/** Where data is to be kept. */
export interface DirectoryOptions {
  readonly disk: Disk;
  /** For snapshots. */
  readonly dataDir: string;
  /** For transaction logs; the same as dataDir unless configured. */
  readonly dataLogDir: string;
  /** zookeeper.datadir.autocreate */
  readonly autoCreate?: boolean;
}

/** Where data is kept. */
export interface Directories {
  readonly snapshotDirectory: string;
  readonly logDirectory: string;
}

async function prepare(options: DirectoryOptions, key: "dataDir" | "dataLogDir"): Promise<string> {
  const { disk } = options;
  const path = join(resolve(options[key]), VERSION_DIRECTORY);
  const fail = (problem: string, cause?: unknown): never => {
    throw new StorageError("badDirectory", `Cannot use "${path}" (${key}): ${problem}`, { file: path, cause });
  };
  const info = await disk.info(path).catch((error: unknown) => fail("it cannot be looked at", error));
  if (info?.kind === "file") fail("it is a file, must be a directory");
  if (info === null) {
    if (options.autoCreate === false) fail("it does not exist, and zookeeper.datadir.autocreate is false; create it");
    try {
      await disk.makeDirectory(path);
    } catch (error) {
      fail(error instanceof DiskError ? `it cannot be created (${error.code})` : "it cannot be created", error);
    }
  }
  if (!(await disk.isWritable(path))) fail("this process may not write there");
  return path;
}

async function refuse(disk: Disk, directory: string, prefix: string, problem: string): Promise<void> {
  const stray = (await disk.list(directory)).find((name) => name.startsWith(prefix));
  if (stray === undefined) return;
  throw new StorageError(
    "badDirectory",
    `Cannot use "${directory}": ${problem} such as "${stray}"; check dataDir and dataLogDir`,
    { file: directory },
  );
}

/**
 * Makes or checks `version-2` in both directories (FileTxnSnapLog's constructor; ZOOKEEPER-1161, ZOOKEEPER-2967).
 * @throws StorageError `badDirectory`, naming the directory and the configuration key.
 */
export async function prepareDirectories(options: DirectoryOptions): Promise<Directories> {
  const logDirectory = await prepare(options, "dataLogDir");
  const snapshotDirectory = await prepare(options, "dataDir");
  if (logDirectory !== snapshotDirectory) {
    await refuse(options.disk, logDirectory, "snapshot.", "the log directory (dataLogDir) holds snapshots,");
    await refuse(options.disk, snapshotDirectory, "log.", "the snapshot directory (dataDir) holds transaction logs,");
  }
  return { snapshotDirectory, logDirectory };
}
