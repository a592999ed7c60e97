import type { ZooKeeper } from "@branta/zookeeper-client";
import { ConsoleError } from "./console-error.ts";
import type { ConsoleOutput } from "./console-output.ts";
import { describeOptions } from "./option-usage.ts";
import { type OptionRules, parseOptions } from "./parse-options.ts";
import type { WatchPrinter } from "./watch-printer.ts";

/** What a command works with. */
export interface CommandContext {
  readonly zk: ZooKeeper;
  readonly output: ConsoleOutput;
  readonly watches: WatchPrinter;
  /** Tells that an ephemeral node hangs on this session, which then must outlive this process. */
  onEphemeral(): void;
}

/** One use of a command. */
export interface CommandCall {
  /** The words after the command that are neither options nor their values. */
  readonly words: readonly string[];
  /** The word at `index`; "" when there is none. Commands check how many there are by {@link Command.wordsMin}. */
  word(index: number): string;
  has(option: string): boolean;
  /** @throws ConsoleError malformedCommand unless the value is a whole number */
  integer(option: string): number | undefined;
  text(option: string): string | undefined;
  /** The refusal that shows how the command is used. */
  misused(): ConsoleError;
}

/** One command of the console. */
export interface Command extends Partial<OptionRules> {
  readonly name: string;
  /** What follows the name in the help. */
  readonly usage: string;
  /** Commands of older versions are known, but no longer shown. */
  readonly hidden?: boolean;
  /** True when the usage explains each option. */
  readonly explained?: boolean;
  /** Fewest words after the command; fewer show the usage. */
  readonly wordsMin?: number;
  /** Takes whatever follows without looking at it. */
  readonly takesAnything?: boolean;
  run(call: CommandCall, context: CommandContext): Promise<void>;
}

/** `name usage`, and a line for each option where the command explains them. */
export function usageOf(command: Command): string {
  const usage = `${command.name} ${command.usage}`;
  return command.explained === true ? describeOptions(usage, command.options ?? []) : usage;
}

/** Reads the words after the command's name. @throws ConsoleError malformedCommand */
export function readCall(command: Command, words: readonly string[]): CommandCall {
  if (command.takesAnything === true) return new ParsedCall(command, [], new Map());
  const rules: OptionRules = {
    options: command.options ?? [],
    ...(command.exclusive === undefined ? {} : { exclusive: command.exclusive }),
  };
  const { positionals, values } = parseOptions(rules, words);
  const call = new ParsedCall(command, positionals, values);
  if (positionals.length < (command.wordsMin ?? 0)) throw call.misused();
  return call;
}

class ParsedCall implements CommandCall {
  readonly #command: Command;
  readonly words: readonly string[];
  readonly #values: ReadonlyMap<string, string>;

  constructor(command: Command, words: readonly string[], values: ReadonlyMap<string, string>) {
    this.#command = command;
    this.words = words;
    this.#values = values;
  }

  word(index: number): string {
    return this.words[index] ?? "";
  }

  has(option: string): boolean {
    return this.#values.has(option);
  }

  text(option: string): string | undefined {
    return this.#values.get(option);
  }

  integer(option: string): number | undefined {
    const text = this.#values.get(option);
    return text === undefined ? undefined : parseInteger(text, `-${option}`);
  }

  misused(): ConsoleError {
    return new ConsoleError("malformedCommand", usageOf(this.#command));
  }
}

/** @throws ConsoleError malformedCommand unless `text` is a whole number */
export function parseInteger(text: string, what: string): number {
  if (!/^[+-]?\d+$/.test(text)) {
    throw new ConsoleError("malformedCommand", `Cannot read ${what} "${text}": it must be a whole number`);
  }
  return Number(text);
}
