import { NodeDisk } from "@branta/foundation-runtime";
import { purge, RETAIN_COUNT_MIN } from "@branta/zookeeper-server";
import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { ToolError } from "./tool-error.ts";

/** `bin/zkCleanup.sh -n COUNT`, called with the folder of the logs, that of the snapshots if it is another, `-n` and COUNT. */

const USAGE = [
  "Usage:",
  "PurgeTxnLog dataLogDir [snapDir] -n count",
  "\tdataLogDir -- path to the txn log directory",
  "\tsnapDir -- path to the snapshot directory",
  "\tcount -- the number of old snaps/logs you want to keep, value should be greater than or equal to 3",
].join("\n");

function folder(path: string): string {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return join(path, "version-2");
  throw new ToolError("badInvocation", `Path '${resolve(path)}' does not exist. `, 1);
}

function readCount(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new ToolError("badInvocation", `'${text}' can not be parsed to integer.`, 1);
  const count = Number(text);
  if (count >= RETAIN_COUNT_MIN) return count;
  throw new ToolError("badInvocation", `count should be greater than or equal to ${RETAIN_COUNT_MIN}`, 1);
}

/** When each file was last written, by path: asked before it is gone. */
function modificationTimes(directories: readonly string[]): Map<string, number> {
  const paths = directories.flatMap((directory) => readdirSync(directory).map((name) => join(directory, name)));
  return new Map(paths.map((path) => [path, statSync(path).mtimeMs]));
}

const TIME = new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeStyle: "medium" });

/** Java's medium form: `Nov 21, 2026, 4:13:10 AM`. */
function formatTime(timeMs: number): string {
  return TIME.format(timeMs).replaceAll("\u202f", " ");
}

async function run(words: readonly string[]): Promise<void> {
  const [logFolder = "", snapshotFolder] = words.length === 3 ? [words[0], words[0]] : words;
  const [option, count = ""] = words.slice(-2);
  if (words.length < 3 || words.length > 4 || option !== "-n") throw new ToolError("badInvocation", "", 1);
  const logDirectory = folder(logFolder);
  const snapshotDirectory = folder(snapshotFolder ?? logFolder);
  const modified = modificationTimes([logDirectory, snapshotDirectory]);
  await purge({
    disk: new NodeDisk(),
    logDirectory,
    snapshotDirectory,
    retainCount: readCount(count),
    onRemoved(path) {
      process.stdout.write(`Removing file: ${formatTime(modified.get(path) ?? 0)}\t${path}\n`);
    },
  });
}

try {
  await run(process.argv.slice(2).filter((word) => !word.startsWith("-D")));
} catch (error) {
  if (!(error instanceof ToolError)) throw error;
  if (error.message !== "") process.stderr.write(`${error.message}\n`);
  process.stdout.write(`${USAGE}\n`);
  process.exitCode = error.exitCode;
}
