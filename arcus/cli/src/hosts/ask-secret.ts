import { openSync } from "node:fs";
import { ReadStream, WriteStream } from "node:tty";

const END_OF_TEXT = "\u0003";
const END_OF_FILE = "\u0004";
const BACKSPACES = ["\b", "\u007f"];

/** Asks at the terminal for what nobody should see. Null: there is no terminal, or the operator broke off. */
export async function askSecret(question: string): Promise<string | null> {
  let terminal: number;
  try {
    // Not stdin: an answer to another question may come from there.
    terminal = openSync("/dev/tty", "r+");
  } catch {
    return null;
  }
  const input = new ReadStream(terminal);
  const output = new WriteStream(terminal);
  input.setRawMode(true);
  output.write(question);
  try {
    return await readLine(input);
  } finally {
    input.setRawMode(false);
    output.write("\n");
    input.destroy();
  }
}

async function readLine(input: ReadStream): Promise<string | null> {
  let line = "";
  for await (const chunk of input) {
    for (const character of String(chunk)) {
      if (character === "\r" || character === "\n") return line;
      if (character === END_OF_TEXT || character === END_OF_FILE) return null;
      line = BACKSPACES.includes(character) ? line.slice(0, -1) : line + character;
    }
  }
  return null;
}
