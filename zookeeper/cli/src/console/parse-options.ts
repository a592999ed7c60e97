import { ConsoleError } from "./console-error.ts";

/** One option of a command: `-s`, or `-v version` when it takes a value. */
export interface OptionSpec {
  /** Without the hyphen; mostly one letter. */
  readonly name: string;
  readonly takesValue?: boolean;
  readonly description?: string;
}

/** What a command accepts. */
export interface OptionRules {
  readonly options: readonly OptionSpec[];
  /** At most one of `options` may be given, and with "required" exactly one. */
  readonly exclusive?: "optional" | "required";
}

/** A command line taken apart. */
export interface ParsedOptions {
  /** What is neither an option nor its value, in order. */
  readonly positionals: readonly string[];
  /** Values by option; "" for an option without a value. */
  readonly values: ReadonlyMap<string, string>;
}

/**
 * Takes the words after a command apart by the rules of Apache's client (commons-cli): options may stand anywhere,
 * `-sw` is `-s -w`, `-v3`, `-v=3` and `-v 3` are the same, `--` ends the options, `-1` may be a value.
 *
 * @throws ConsoleError malformedCommand, with the class name and words scripts know from Apache's client
 */
export function parseOptions(rules: OptionRules, words: readonly string[]): ParsedOptions {
  const parser = new OptionParser(rules);
  for (const word of words) parser.take(word);
  return parser.end();
}

class OptionParser {
  readonly #rules: OptionRules;
  readonly #byName: ReadonlyMap<string, OptionSpec>;
  readonly #positionals: string[] = [];
  readonly #values = new Map<string, string>();
  #selected: string | null = null;
  /** The option whose value comes next. */
  #pending: OptionSpec | null = null;
  #optionsEnded = false;

  constructor(rules: OptionRules) {
    this.#rules = rules;
    this.#byName = new Map(rules.options.map((option) => [option.name, option]));
  }

  take(word: string): void {
    if (this.#optionsEnded) {
      this.#positionals.push(word);
    } else if (word === "--") {
      this.#optionsEnded = true;
    } else if (this.#pending !== null && !this.#looksLikeOption(word)) {
      this.#setValue(this.#pending, stripQuotes(word));
    } else if (word.startsWith("-") && word !== "-") {
      this.#takeOption(word);
    } else {
      this.#positionals.push(word);
    }
  }

  end(): ParsedOptions {
    this.#requireNothingPending();
    if (this.#rules.exclusive === "required" && this.#selected === null) {
      const choices = this.#rules.options.map(({ name, description }) => `-${name} ${description ?? ""}`.trimEnd());
      throw refuse("MissingOptionException", `Missing required option: [${choices.join(", ")}]`);
    }
    return { positionals: this.#positionals, values: this.#values };
  }

  #looksLikeOption(word: string): boolean {
    if (!word.startsWith("-") || word.length === 1) return false;
    const name = word.slice(1).split("=", 1)[0] ?? "";
    return this.#byName.has(name) || (name !== "" && this.#byName.has(name.charAt(0)));
  }

  #takeOption(word: string): void {
    const text = word.slice(1);
    const equals = text.indexOf("=");
    const whole = this.#byName.get(equals < 0 ? text : text.slice(0, equals));
    if (equals < 0) {
      if (whole === undefined) this.#takeLetters(word);
      else this.#begin(whole);
    } else if (whole?.takesValue === true) {
      this.#begin(whole);
      this.#setValue(whole, text.slice(equals + 1));
    } else {
      throw unrecognized(word);
    }
  }

  /** `-sw`, or `-v3`: letters of options, then perhaps the value of the last one. */
  #takeLetters(word: string): void {
    for (let at = 1; at < word.length; at++) {
      const option = this.#byName.get(word.charAt(at));
      if (option === undefined) throw unrecognized(word);
      this.#begin(option);
      if (option.takesValue === true && at + 1 < word.length) {
        this.#setValue(option, stripQuotes(word.slice(at + 1)));
        return;
      }
    }
  }

  #begin(option: OptionSpec): void {
    this.#requireNothingPending();
    if (this.#rules.exclusive !== undefined) {
      if (this.#selected !== null && this.#selected !== option.name) {
        throw refuse(
          "AlreadySelectedException",
          `The option '${option.name}' was specified but an option from this group has already been selected: '${this.#selected}'`,
        );
      }
      this.#selected = option.name;
    }
    if (option.takesValue === true) this.#pending = option;
    else this.#setValue(option, "");
  }

  #setValue(option: OptionSpec, value: string): void {
    // Where an option is repeated, its first value counts.
    if (!this.#values.has(option.name)) this.#values.set(option.name, value);
    this.#pending = null;
  }

  #requireNothingPending(): void {
    if (this.#pending !== null) {
      throw refuse("MissingArgumentException", `Missing argument for option: ${this.#pending.name}`);
    }
  }
}

function stripQuotes(word: string): string {
  return word.length > 1 && word.startsWith('"') && word.endsWith('"') && !word.slice(1, -1).includes('"')
    ? word.slice(1, -1)
    : word;
}

function unrecognized(word: string): ConsoleError {
  return refuse("UnrecognizedOptionException", `Unrecognized option: ${word}`);
}

function refuse(className: string, message: string): ConsoleError {
  return new ConsoleError("malformedCommand", `org.apache.commons.cli.${className}: ${message}`);
}
