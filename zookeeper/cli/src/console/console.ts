import { type Command, type CommandContext, readCall } from "./command.ts";
import { COMMANDS } from "./command-table.ts";
import { ConsoleConnection, type ConnectionSettings } from "./connection.ts";
import { ConsoleError } from "./console-error.ts";
import type { ConsoleOutput } from "./console-output.ts";
import { toConsoleError } from "./failure-text.ts";
import { tokenize } from "./tokenize.ts";
import type { WatchPrinter } from "./watch-printer.ts";

/** Commands of the console itself, with what follows them in the help. */
const OWN_COMMANDS: Readonly<Record<string, string>> = {
  connect: "host:port",
  history: "",
  printwatches: "on|off",
  quit: "",
  redo: "cmdno",
};

/** What newer versions call `quit`. */
const QUIT_WORDS = new Set(["quit", "exit"]);
const HISTORY_SHOWN = 10;
const BY_NAME = new Map(COMMANDS.map((command) => [command.name, command]));

/** Every name that can be typed and is in the help, sorted. */
export const COMMAND_NAMES: readonly string[] = [
  ...Object.keys(OWN_COMMANDS),
  ...COMMANDS.filter((command) => command.hidden !== true).map((command) => command.name),
].toSorted();

/** The help: every command with its options. */
export function helpLines(): string[] {
  const lines = COMMAND_NAMES.map((name) => {
    const command = BY_NAME.get(name);
    return `\t${name} ${command?.usage ?? OWN_COMMANDS[name] ?? ""}`;
  });
  return ["ZooKeeper -server host:port -client-configuration properties-file cmd args", ...lines];
}

/** The console: carries out one command line after the other in one session. */
export class Console {
  readonly #settings: ConnectionSettings;
  readonly #output: ConsoleOutput;
  readonly #watches: WatchPrinter;
  readonly #history: string[] = [];
  #connection: ConsoleConnection;
  #exitCode = 0;
  #hasQuit = false;
  #hasEphemerals = false;

  constructor(server: string, settings: ConnectionSettings, output: ConsoleOutput, watches: WatchPrinter) {
    this.#settings = settings;
    this.#output = output;
    this.#watches = watches;
    this.#connection = this.#open(server);
  }

  /** Exit code of the last command. */
  get exitCode(): number {
    return this.#exitCode;
  }

  /** True after `quit`. */
  get hasQuit(): boolean {
    return this.#hasQuit;
  }

  get prompt(): string {
    return `[zk: ${this.#connection.server}(${this.#connection.stateName}) ${this.#history.length}] `;
  }

  get connection(): ConsoleConnection {
    return this.#connection;
  }

  /** Carries out a line as typed; the outcome is in {@link exitCode}. Never rejects. */
  async executeLine(line: string): Promise<void> {
    const words = tokenize(line);
    if (words.length === 0) return;
    const number = this.#history.length;
    await this.#execute(words, line);
    // A redo has put what it repeated here already.
    this.#history[number] ??= line;
  }

  /** Carries out one command given as words. Never rejects. */
  async execute(words: readonly string[]): Promise<void> {
    await this.#execute(words, words.join(" "));
  }

  /**
   * Ends. The session is closed unless an ephemeral node hangs on it, which then outlives this process by the session
   * timeout, as those made by `zkCli.sh create -e` always have.
   */
  async end(): Promise<void> {
    if (this.#hasEphemerals || !this.#connection.isAlive) return;
    this.#watches.enabled = false;
    await this.#connection.zk.close();
  }

  #open(server: string): ConsoleConnection {
    return ConsoleConnection.open(server, this.#settings, (state) => this.#watches.onState(state));
  }

  async #execute(words: readonly string[], line: string): Promise<void> {
    try {
      await this.#dispatch(words, line);
      this.#exitCode = this.#hasQuit ? this.#exitCode : 0;
    } catch (error) {
      const failure = toConsoleError(error);
      this.#exitCode = failure.exitCode;
      this.#output.note(failure.message);
    }
  }

  async #dispatch([name = "", ...words]: readonly string[], line: string): Promise<void> {
    const command = BY_NAME.get(name);
    if (command === undefined && !(name in OWN_COMMANDS) && !QUIT_WORDS.has(name)) {
      helpLines().forEach((help) => this.#output.note(help));
      throw new ConsoleError("commandNotFound", `Command not found: Command not found ${name}`);
    }
    if (command === undefined) await this.#runOwn(name, words, line);
    if (this.#hasQuit) return;
    if (!this.#connection.isAlive) {
      this.#output.line("Not connected");
      this.#output.value({ error: "Not connected" });
      return;
    }
    if (command !== undefined) await this.#run(command, words);
  }

  async #run(command: Command, words: readonly string[]): Promise<void> {
    const call = readCall(command, words);
    if (command.takesAnything !== true || command.name === "whoami") {
      await this.#connection.ready(call.words.find((word) => word.startsWith("/")));
    }
    const context: CommandContext = {
      zk: this.#connection.zk,
      output: this.#output,
      watches: this.#watches,
      onEphemeral: () => {
        this.#hasEphemerals = true;
      },
    };
    await command.run(call, context);
  }

  async #runOwn(name: string, words: readonly string[], line: string): Promise<void> {
    switch (name) {
      case "connect":
        await this.#connect(words[0] ?? this.#connection.server);
        return;
      case "history":
        this.#showHistory(line);
        return;
      case "printwatches":
        if (words[0] === undefined) this.#output.line(`printwatches is ${this.#watches.enabled ? "on" : "off"}`);
        else this.#watches.enabled = words[0] === "on";
        return;
      case "redo":
        if (words[0] !== undefined) await this.#redo(words[0]);
        return;
      default:
        await this.#connection.zk.close();
        this.#hasQuit = true;
    }
  }

  async #connect(server: string): Promise<void> {
    const next = this.#open(server);
    if (this.#connection.isAlive) await this.#connection.zk.close();
    this.#connection = next;
    this.#hasEphemerals = false;
    await next.ready();
  }

  #showHistory(line: string): void {
    const lines = [...this.#history, line];
    for (let at = Math.max(0, lines.length - 1 - HISTORY_SHOWN); at < lines.length; at++) {
      this.#output.line(`${at} - ${lines[at]}`);
    }
    this.#output.value(lines);
  }

  async #redo(text: string): Promise<void> {
    const line = /^\d+$/.test(text) ? this.#history[Number(text)] : undefined;
    if (line === undefined) throw new ConsoleError("malformedCommand", "Command index out of range");
    const words = tokenize(line);
    if (words[0] === "redo") throw new ConsoleError("malformedCommand", "No redoing redos");
    this.#history.push(line);
    await this.#execute(words, line);
  }
}
