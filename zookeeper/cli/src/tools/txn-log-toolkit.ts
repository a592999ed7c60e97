import { closeSync, existsSync, openSync, readFileSync, writeSync } from "node:fs";
import { basename } from "node:path";
import { FILE_HEADER_BYTES } from "@branta/zookeeper-protocol";
import { ToolError } from "./tool-error.ts";
import { decodeEntry, frameEntry, type RawEntry, rawEntries, readLogHeader } from "./txn-log.ts";
import { formatTxn } from "./txn-text.ts";

/** What to do with a log. */
export interface ToolkitOptions {
  readonly file: string;
  /** Writes a copy in which wrong checksums are counted anew. */
  readonly recover: boolean;
  /** Prints all entries also while recovering. */
  readonly verbose: boolean;
  /** Repairs without asking. */
  readonly yes: boolean;
  /** Copies the log up to this transaction instead; null dumps. */
  readonly chopAt: number | null;
}

/** Where the words go, and who answers questions: "Y", "N" or "A". */
export interface ToolkitTerminal {
  write(text: string): void;
  ask(question: string): Promise<string>;
}

/** Dumps, repairs or cuts a transaction log. @throws ToolError */
export async function runTxnLogToolkit(options: ToolkitOptions, terminal: ToolkitTerminal): Promise<void> {
  if (!existsSync(options.file)) {
    throw new ToolError("noFile", `File doesn't exist or not readable: ${options.file}`, 1);
  }
  const file = readFileSync(options.file);
  if (options.chopAt === null) await dump(file, options, terminal);
  else chop(file, options.file, options.chopAt);
}

async function dump(file: Buffer, options: ToolkitOptions, terminal: ToolkitTerminal): Promise<void> {
  const target = `${options.file}.fixed`;
  if (options.recover && existsSync(target)) {
    throw new ToolError("targetExists", `Recovery file ${target} already exists or not writable`, 1);
  }
  const { dbid, version } = readLogHeader(file, basename(options.file));
  terminal.write(`ZooKeeper Transactional Log File with dbid ${dbid} txnlog format version ${version}\n`);
  const output = options.recover ? openSync(target, "wx") : null;
  try {
    if (output !== null) writeSync(output, file.subarray(0, FILE_HEADER_BYTES));
    const { count, fixed } = await dumpEntries(file, options, terminal, (bytes) => {
      if (output !== null) writeSync(output, bytes);
    });
    terminal.write(`EOF reached after ${count} txns.\n`);
    if (output !== null) {
      terminal.write(`Recovery file ${target} has been written with ${fixed} fixed CRC error(s)\n`);
    }
  } finally {
    if (output !== null) closeSync(output);
  }
}

async function dumpEntries(
  file: Buffer,
  { recover, verbose, yes }: ToolkitOptions,
  terminal: ToolkitTerminal,
  copy: (bytes: Buffer) => void,
): Promise<{ count: number; fixed: number }> {
  let count = 0;
  let fixed = 0;
  for (const entry of rawEntries(file)) {
    const print = (prefix = ""): void => terminal.write(prefix + formatTxn(decodeEntry(entry)));
    let fix = false;
    if (!entry.isIntact) {
      print(recover && yes ? "CRC FIXED - " : "CRC ERROR - ");
      fix = recover && (yes || (await wantsFix(terminal)));
      if (fix) fixed += 1;
    }
    if (!recover || verbose) print();
    if (!entry.isTerminated) throw new ToolError("badEntry", "Last transaction was partial.", 1);
    copy(frameEntry(entry, file, fix));
    count += 1;
  }
  return { count, fixed };
}

async function wantsFix(terminal: ToolkitTerminal): Promise<boolean> {
  for (;;) {
    const answer = (await terminal.ask("Would you like to fix it (Yes/No/Abort) ? ")).trim().charAt(0).toUpperCase();
    if (answer === "Y") return true;
    if (answer === "N") return false;
    if (answer === "A") throw new ToolError("aborted", "Recovery aborted.", 0);
  }
}

/** Copies everything up to a transaction, which must be in the log, into a file beside it. */
function chop(file: Buffer, path: string, zxid: number): void {
  readLogHeader(file, basename(path));
  let last: RawEntry | null = null;
  for (const entry of rawEntries(file)) {
    const at = decodeEntry(entry).header.zxid;
    if (at > zxid) break;
    last = at === zxid ? entry : null;
  }
  if (last === null) throw new ToolError("badEntry", `Failed to chop ${basename(path)}`, 2);
  const output = openSync(`${path}.chopped${zxid}`, "w");
  try {
    writeSync(output, file.subarray(0, last.end));
  } finally {
    closeSync(output);
  }
}
