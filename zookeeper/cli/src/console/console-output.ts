/** Where a console's words go: lines for people on two streams, or with `--json` values for programs on one. */
export interface ConsoleOutput {
  /** True when values are wanted instead of text. */
  readonly json: boolean;
  /** A line of a command's result; nothing with `--json`. */
  line(text: string): void;
  /** A line for the person: on stderr, where Apache's client prints confirmations and complaints. */
  note(text: string): void;
  /** A command's result as one line of JSON; nothing without `--json`. */
  value(value: unknown): void;
}

/** Writes to two streams, newline after every line. */
export function createConsoleOutput(
  json: boolean,
  writeOut: (text: string) => void,
  writeError: (text: string) => void,
): ConsoleOutput {
  return {
    json,
    line(text) {
      if (!json) writeOut(`${text}\n`);
    },
    note(text) {
      writeError(`${text}\n`);
    },
    value(value) {
      if (json) writeOut(`${JSON.stringify(value)}\n`);
    },
  };
}
