import { dirname, join } from "node:path";
import { type Disk, DiskError } from "@branta/foundation-runtime";
import { StorageError } from "./storage-error.ts";

/** The two promises about leadership that a member of an ensemble keeps; a server alone has neither file. */
export type EpochFile = "acceptedEpoch" | "currentEpoch";

/** Replaces a small file so that after a crash it is either the old or the new one, and durable on return. */
export async function writeFileAtomically(disk: Disk, path: string, content: string): Promise<void> {
  const temporary = `${path}.tmp`;
  const bytes = Buffer.from(content, "utf8");
  {
    await using file = await disk.open(temporary, "create");
    await file.write(0, bytes, 0, bytes.length);
    await file.sync();
  }
  await disk.rename(temporary, path);
  await disk.syncDirectory(dirname(path));
}

async function readText(disk: Disk, path: string): Promise<string | null> {
  try {
    return (await disk.readWhole(path)).toString("utf8");
  } catch (error) {
    if (error instanceof DiskError && error.code === "notFound") return null;
    throw error;
  }
}

function firstNumber(text: string, path: string, wanted: string): number {
  const line = text.split("\n", 1)[0]!.trim();
  const value = Number(line);
  if (!/^-?\d+$/.test(line) || !Number.isSafeInteger(value)) {
    throw new StorageError("badFile", `Cannot read "${path}": it holds "${line}", must hold ${wanted}`, {
      file: path,
      offset: 0,
    });
  }
  return value;
}

/** The epoch in a file of `<dataDir>/version-2`, or null if there is no such file. @throws StorageError `badFile` */
export async function readEpoch(disk: Disk, directory: string, name: EpochFile): Promise<number | null> {
  const path = join(directory, name);
  const text = await readText(disk, path);
  return text === null ? null : firstNumber(text, path, "an epoch number");
}

/** Writes an epoch file; durable on return, because the caller is about to promise it. */
export function writeEpoch(disk: Disk, directory: string, name: EpochFile, epoch: number): Promise<void> {
  return writeFileAtomically(disk, join(directory, name), String(epoch));
}

/** The server's number in its ensemble, from `<dataDir>/myid`, or null if there is no such file. @throws StorageError `badFile` */
export async function readMyId(disk: Disk, dataDir: string): Promise<number | null> {
  const path = join(dataDir, "myid");
  const text = await readText(disk, path);
  return text === null ? null : firstNumber(text, path, "the number of this server");
}

/**
 * Whether the administrator allowed an empty database to take part in votes, by a file "initialize"; it counts once and is
 * removed. The script puts it into dataDir, the Java server looks in dataLogDir: either will do.
 */
export async function takeInitializeFile(disk: Disk, directories: readonly string[]): Promise<boolean> {
  let found = false;
  for (const directory of new Set(directories)) {
    const path = join(directory, "initialize");
    if ((await disk.info(path)) === null) continue;
    await disk.remove(path);
    await disk.syncDirectory(directory);
    found = true;
  }
  return found;
}

/** Writes the process's number where the start script looks for it: without a line end, as the scripts do. */
export async function writePidFile(disk: Disk, path: string, pid: number): Promise<void> {
  await writeFileAtomically(disk, path, String(pid));
}

/** Removes the pid file; it may be gone already. */
export async function removePidFile(disk: Disk, path: string): Promise<void> {
  if ((await disk.info(path)) !== null) await disk.remove(path);
}
