import { NodeDisk } from "@branta/foundation-runtime";
import { snapshotFileZxid } from "@branta/zookeeper-protocol";
import { SnapshotStore, StorageError } from "@branta/zookeeper-server";
import { statSync } from "node:fs";
import { once } from "node:events";
import { basename, dirname, extname } from "node:path";
import { SnapshotReport } from "./snapshot-report.ts";
import { ToolError } from "./tool-error.ts";

/** `bin/zkSnapShotToolkit.sh [-d|-json] SNAPSHOT-FILE`. */

const USAGE = [
  "USAGE: SnapshotFormatter [-d|-json] snapshot_file",
  "       -d dump the data for each znode",
  "       -json dump znode info in json format",
].join("\n");
const WRITE_CHARACTERS = 64 * 1024;

interface Invocation {
  readonly file: string;
  readonly withData: boolean;
  readonly asJson: boolean;
}

function readInvocation(words: readonly string[]): Invocation {
  const at = words.findIndex((word) => word !== "-d" && word !== "-json");
  const file = words[at];
  if (file === undefined || at !== words.length - 1) throw new ToolError("badInvocation", USAGE, 2);
  const withData = words.includes("-d");
  const asJson = words.includes("-json");
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    throw new ToolError("noFile", `File '${file}' does not exist.`, 2);
  }
  if (withData && asJson) {
    throw new ToolError("badInvocation", "Cannot specify both data dump (-d) and json mode (-json) in same call", 2);
  }
  return { file, withData, asJson };
}

async function run({ file, withData, asJson }: Invocation): Promise<void> {
  const report = new SnapshotReport();
  const extension = extname(file);
  const store = new SnapshotStore({ disk: new NodeDisk(), directory: dirname(file) });
  const compression = extension === ".gz" ? "gz" : extension === ".snappy" ? "snappy" : "";
  const name = basename(file);
  await store.read({ name, path: file, zxid: snapshotFileZxid(name) ?? 0, compression }, report);
  const lines = asJson ? report.json(Date.now()) : report.details(withData);
  const end = asJson ? "" : "\n";
  let waiting = "";
  for (const line of lines) {
    waiting += line + end;
    if (waiting.length < WRITE_CHARACTERS) continue;
    // Millions of nodes: as fast as the reader takes them, and no faster.
    if (!process.stdout.write(waiting)) await once(process.stdout, "drain");
    waiting = "";
  }
  process.stdout.write(waiting);
}

try {
  await run(readInvocation(process.argv.slice(2).filter((word) => !word.startsWith("-D"))));
} catch (error) {
  if (!(error instanceof ToolError) && !(error instanceof StorageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof ToolError ? error.exitCode : 1;
}
