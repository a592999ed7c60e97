import { spawn } from "node:child_process";

/** Marks the process that is to be the daemon for the one that started it. */
const MARK = "BRANTA_CACHE_DAEMON";

/** What a daemon tells the process that started it: that it serves, or why it does not. */
interface Report {
  readonly problem: string | null;
}

/** Whether this process is the daemon, started by {@link startDaemon}. */
export function isDaemon(): boolean {
  return process.env[MARK] === String(process.ppid) && process.send !== undefined;
}

/**
 * Starts this program once more, apart from the terminal, and waits until it serves: a script that goes on then finds
 * a node, and an operator learns why there is none. The daemon has the same command line.
 *
 * @param isSilent sends what it says to nowhere
 * @returns the exit code to end with: 0 when the daemon serves
 */
export function startDaemon(args: readonly string[], isSilent: boolean): Promise<number> {
  const output = isSilent ? "ignore" : "inherit";
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1]!, ...args], {
    detached: true,
    stdio: ["ignore", output, output, "ipc"],
    env: { ...process.env, [MARK]: String(process.pid) },
  });
  return new Promise((done) => {
    child.once("error", ({ message }) => {
      process.stderr.write(`Cannot start the daemon: ${message}\n`);
      done(1);
    });
    child.on("message", ({ problem }: Report) => {
      if (problem === null) done(0);
      // One that is not silent has said it itself.
      else if (isSilent) process.stderr.write(`${problem}\n`);
    });
    child.once("exit", (code) => done(code ?? 1));
  });
}

/** As the daemon: ends the wait of the process that started this one. */
export async function reportToStarter(report: Report): Promise<void> {
  if (process.send === undefined) return;
  // The starter may have been ended meanwhile; nobody waits then.
  await new Promise<void>((done) => process.send!(report, () => done()));
  if (process.connected) process.disconnect();
}
