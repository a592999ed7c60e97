import { styleText } from "node:util";

type Colour = "cyan" | "green" | "red";

/** Where a command's words go. Colours only where a terminal shows them. */
export interface Report {
  /** A line for the operator. */
  line(text: string): void;
  /** A line that says what failed. */
  problem(text: string): void;
  /** A question that waits on its line for an answer. */
  ask(text: string): void;
  paint(colour: Colour, text: string): string;
}

/** The report on this process' output; with `quiet` only problems, since something else is printed there. */
export function consoleReport(quiet: boolean): Report {
  const print = (text: string): void => void process.stdout.write(text);
  return {
    line: quiet ? () => {} : (text) => print(`${text}\n`),
    problem: (text) => void process.stderr.write(`${styleText("red", text, { stream: process.stderr })}\n`),
    ask: print,
    // Of the stream it asks whether it is a terminal, and of the environment NO_COLOR and the like.
    paint: (colour, text) => styleText(colour, text, { stream: process.stdout }),
  };
}
