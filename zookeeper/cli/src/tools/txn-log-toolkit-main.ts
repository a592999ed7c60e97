import { createInterface, type Interface } from "node:readline";
import { ConsoleError } from "../console/console-error.ts";
import { parseOptions } from "../console/parse-options.ts";
import { ToolError } from "./tool-error.ts";
import { runTxnLogToolkit } from "./txn-log-toolkit.ts";

/** `bin/zkTxnLogToolkit.sh`. */

const OPTIONS = [
  { name: "c", long: "chop", description: "Chop mode. Chop txn file to a zxid." },
  {
    name: "d",
    long: "dump",
    description: "Dump mode. Dump all entries of the log file with printing the content of a nodepath (default)",
  },
  { name: "h", long: "help", description: "Print help message" },
  { name: "r", long: "recover", description: "Recovery mode. Re-calculate CRC for broken entries." },
  {
    name: "v",
    long: "verbose",
    description: "Be verbose in recovery mode: print all entries, not just fixed ones.",
  },
  { name: "y", long: "yes", description: "Non-interactive mode: repair all CRC errors without asking" },
  { name: "z", long: "zxid", takesValue: true, description: "Used with chop. Zxid to which to chop." },
];

const HELP = [
  "usage: TxnLogToolkit [-dhrvc] <txn_log_file_name> (-z <zxid>)",
  ...OPTIONS.map(({ name, long, takesValue, description }) => {
    const head = ` -${name},--${long}${takesValue === true ? " <arg>" : ""}`;
    return `${head.padEnd(19)}${description}`;
  }),
].join("\n");

/** Asks at the terminal; at the end of the input every question counts as answered with "Abort". */
class Questions implements Disposable {
  #reader: Interface | null = null;
  #lines: AsyncIterator<string> | null = null;

  async ask(question: string): Promise<string> {
    process.stdout.write(question);
    this.#reader ??= createInterface({ input: process.stdin });
    // An iterator keeps lines that come before they are asked for, as those of a pipe do.
    this.#lines ??= this.#reader[Symbol.asyncIterator]();
    const { value, done } = await this.#lines.next();
    return done === true ? "A" : value;
  }

  [Symbol.dispose](): void {
    this.#reader?.close();
  }
}

function shortForm(word: string): string {
  const option = OPTIONS.find(({ long }) => word === `--${long}` || word.startsWith(`--${long}=`));
  return option === undefined ? word : `-${option.name}${word.slice(option.long.length + 2)}`;
}

async function run(words: readonly string[]): Promise<number> {
  const { positionals, values } = parseOptions({ options: OPTIONS }, words.map(shortForm));
  const [file] = positionals;
  if (values.has("h") || file === undefined) {
    process.stdout.write(`${HELP}\n`);
    return values.has("h") ? 0 : 1;
  }
  const zxid = values.has("c") ? values.get("z") : undefined;
  const options = {
    file,
    recover: values.has("r"),
    verbose: values.has("v"),
    yes: values.has("y"),
    chopAt: zxid === undefined ? null : readZxid(zxid),
  };
  using questions = new Questions();
  await runTxnLogToolkit(options, {
    write: (text) => void process.stdout.write(text),
    ask: (question) => questions.ask(question),
  });
  return 0;
}

function readZxid(text: string): number {
  const zxid = Number(text.replace(/^#/, "0x"));
  if (Number.isSafeInteger(zxid) && zxid >= 0) return zxid;
  throw new ToolError("badInvocation", `Cannot chop at "${text}": it must be a zxid, decimal or 0x hexadecimal`, 1);
}

try {
  process.exitCode = await run(process.argv.slice(2).filter((word) => !word.startsWith("-D")));
} catch (error) {
  if (error instanceof ToolError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exitCode;
  } else if (error instanceof ConsoleError) {
    process.stderr.write(`${error.message.replace(/^[\w.]+: /, "")}\n\n`);
    process.stdout.write(`${HELP}\n`);
    process.exitCode = 1;
  } else {
    throw error;
  }
}
