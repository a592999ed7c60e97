/** One option as it stands in a command line. */
export interface GivenOption {
  readonly letter: string;
  /** "" for an option without a value. */
  readonly value: string;
}

/** What a command line consists of, or what is wrong with it. */
export type CommandLine =
  | { readonly options: readonly GivenOption[]; readonly problem: null }
  | { readonly options: readonly GivenOption[]; readonly problem: string };

/**
 * Reads options as getopt(3) does: `-vv`, `-m100`, `-m 100`, `-dm 100`; `--` and the first word that is no option end them.
 *
 * @param words the arguments of the program
 * @param withValue letters of options that take a value
 * @param withoutValue letters of those that take none
 */
export function readCommandLine(words: readonly string[], withValue: string, withoutValue: string): CommandLine {
  const options: GivenOption[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === "--" || word === "-" || !word.startsWith("-")) break;
    for (let letterAt = 1; letterAt < word.length; letterAt++) {
      const letter = word[letterAt]!;
      if (withoutValue.includes(letter)) {
        options.push({ letter, value: "" });
        continue;
      }
      if (!withValue.includes(letter)) return { options, problem: `"-${letter}" is not an option; -h names them all` };
      const rest = word.slice(letterAt + 1);
      const value = rest === "" ? words[++at] : rest;
      if (value === undefined) return { options, problem: `"-${letter}" needs a value after it` };
      options.push({ letter, value });
      break;
    }
  }
  return { options, problem: null };
}
