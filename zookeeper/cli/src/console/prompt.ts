import { createInterface, type Interface } from "node:readline";
import { complete } from "./completion.ts";
import type { Console } from "./console.ts";

/** Shows lines above whatever is being typed. */
export type PrintAbove = (lines: readonly string[]) => void;

const HISTORY_LINES_MAX = 1_000;

/** Reads lines from a terminal: editing, history with the arrow keys, completion with the tabulator. */
export async function runPrompt(console: Console, setPrintAbove: (print: PrintAbove) => void): Promise<void> {
  const reader = createInterface({
    input: process.stdin,
    output: process.stdout,
    terminal: true,
    historySize: HISTORY_LINES_MAX,
    completer: (line: string, done: (error: Error | null, result: [string[], string]) => void) => {
      complete(line, console.connection.zk).then(
        (result) => done(null, result),
        () => done(null, [[], line]),
      );
    },
  });
  reader.on("SIGINT", () => {
    if (reader.line === "") reader.close();
    else reader.write(null, { ctrl: true, name: "u" });
  });
  setPrintAbove((lines) => printAbove(reader, lines));
  await readLines(reader, console);
}

async function readLines(reader: Interface, console: Console): Promise<void> {
  const show = (): void => {
    reader.setPrompt(console.prompt);
    reader.prompt();
  };
  show();
  for await (const line of reader) {
    // What is typed meanwhile waits; events are printed plainly, because there is no prompt to keep.
    await console.executeLine(line);
    if (console.hasQuit) break;
    show();
  }
  reader.close();
}

function printAbove(reader: Interface, lines: readonly string[]): void {
  process.stdout.write(`\r\u{1b}[K${lines.join("\n")}\n`);
  reader.prompt(true);
}
