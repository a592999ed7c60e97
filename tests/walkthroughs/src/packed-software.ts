import { copyFile } from "node:fs/promises";
import { runCommand } from "./run-command.ts";
import { REPOSITORY } from "./ssh-hosts.ts";

/**
 * Packs this checkout as operators get it, in a folder of that name, into an archive. Where WALKTHROUGH_ARCHIVE names
 * another archive with a folder of that name, such as one of Apache's releases, that one is taken: the baseline.
 */
export async function packedSoftware(name: string, archive: string): Promise<void> {
  const other = process.env["WALKTHROUGH_ARCHIVE"];
  if (other !== undefined) return copyFile(other, archive);
  return pack(["--name", name, "--out", archive]);
}

/** Packs this checkout as Arcus is laid out when it has been built, in a folder called arcus. */
export async function packedCloud(archive: string): Promise<void> {
  return pack(["--cloud", "--out", archive]);
}

async function pack(options: readonly string[]): Promise<void> {
  const words = ["tools/archive.ts", ...options, "--without-node"];
  const packed = await runCommand(process.execPath, words, { cwd: REPOSITORY });
  if (packed.exitCode !== 0) throw new Error(`Cannot pack ${REPOSITORY}: ${packed.stderr}`);
}
