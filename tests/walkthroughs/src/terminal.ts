import { type ChildProcess, spawn, spawnSync } from "node:child_process";

const WAIT_TIMEOUT_MS = 30_000;
/** How a terminal moves its cursor, clears, colours, and asks for pasted text to be marked. */
const CONTROL = /\u{1b}\[[0-9;?]*[A-Za-z]/gu;

/** Whether this machine has util-linux's `script`, which gives a program a terminal. */
export const hasTerminal = spawnSync("script", ["--version"]).status === 0;

/** A program in a terminal of its own, and somebody typing. */
export class Terminal implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #screen = "";
  #seen = 0;
  #changed = Promise.withResolvers<void>();

  private constructor(child: ChildProcess) {
    this.#child = child;
    const take = (chunk: Buffer): void => {
      this.#screen += chunk.toString("utf8").replaceAll(CONTROL, "").replaceAll("\r", "");
      this.#wake();
    };
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    this.#ended = new Promise((resolve) => {
      child.once("close", (code) => {
        resolve(code);
        this.#wake();
      });
    });
  }

  static run(line: string, cwd: string): Terminal {
    const env = { ...process.env, TZ: "UTC", TERM: "xterm", COLUMNS: "200" };
    return new Terminal(spawn("script", ["-qefc", `stty cols 200; exec ${line}`, "/dev/null"], { cwd, env }));
  }

  /** Types a line and Enter. */
  type(line: string): void {
    this.#child.stdin?.write(`${line}\r`);
  }

  /** Types without Enter. */
  press(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  /**
   * Waits until something appears after what was waited for before; answers everything in between, and it.
   *
   * @throws Error with the screen when it does not appear
   */
  async until(pattern: RegExp): Promise<string> {
    const deadline = Date.now() + WAIT_TIMEOUT_MS;
    for (;;) {
      const rest = this.#screen.slice(this.#seen);
      const match = pattern.exec(rest);
      if (match !== null) {
        const end = match.index + match[0].length;
        this.#seen += end;
        return rest.slice(0, end);
      }
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`Cannot find ${String(pattern)} on the screen:\n${this.#screen}`);
      await this.#nextChange(left);
    }
  }

  /** Waits for the end; answers the exit code. */
  ended(): Promise<number | null> {
    return this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  async #nextChange(timeoutMs: number): Promise<void> {
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(patience.resolve, timeoutMs);
    await Promise.race([this.#changed.promise, patience.promise]);
    clearTimeout(timer);
  }
}
