import { spawn } from "node:child_process";

const TIMEOUT_MS = 60_000;

/** What a command printed and how it ended. */
export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

/** How to run it. */
export interface CommandOptions {
  readonly cwd?: string;
  /** What is different from this process's environment; undefined for what is not there. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
}

/** Runs a program to its end with what it reads from stdin; the clock of its output is UTC. */
export function runCommand(
  program: string,
  args: readonly string[],
  { cwd, env, input = "" }: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, TZ: "UTC", ...env },
    timeout: TIMEOUT_MS,
    killSignal: "SIGKILL",
  });
  const out: Buffer[] = [];
  const error: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => error.push(chunk));
  // A program that ends before it has read everything breaks the pipe; its result says so.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (exitCode) => {
      // Not "close": a server that was started in the background may keep the streams open.
      setImmediate(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        resolve({
          stdout: Buffer.concat(out).toString("utf8"),
          stderr: Buffer.concat(error).toString("utf8"),
          exitCode,
        });
      });
    });
  });
}
