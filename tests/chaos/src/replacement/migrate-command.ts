import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** What `bin/branta migrate check --json` prints, as far as it is of use here. */
export interface CheckAnswer {
  readonly safe: boolean;
  /** The server that may be replaced next, null when none is left. */
  readonly server: number | null;
  readonly next: string;
  readonly findings: readonly { readonly level: string; readonly text: string }[];
}

const MAIN = resolve(import.meta.dirname, "../../../../zookeeper/cli/src/branta/branta-main.ts");
const PAUSE_MS = 300;

/** Runs the command as an operator does, again and again until it says that the next step is safe. */
export async function checkUntilSafe(
  connectionString: string,
  to: "apache" | "branta",
  server: number | null,
  timeoutMs: number,
): Promise<CheckAnswer> {
  const giveUpMs = performance.now() + timeoutMs;
  for (;;) {
    const answer = await check(connectionString, to, server);
    if (answer.safe) return answer;
    if (performance.now() > giveUpMs) {
      const reasons = answer.findings.filter(({ level }) => level === "stop").map(({ text }) => text);
      throw new Error(`Cannot go on after ${timeoutMs} ms: ${reasons.join("; ")}`);
    }
    await sleep(PAUSE_MS);
  }
}

function check(connectionString: string, to: string, server: number | null): Promise<CheckAnswer> {
  const which = server === null ? [] : ["--server", String(server)];
  const args = ["--conditions=source", MAIN, "migrate", "check", connectionString, "--to", to, ...which, "--json"];
  return new Promise((done, fail) => {
    // Exit code 1 says "not safe", and is no failure.
    execFile(process.execPath, args, { timeout: 60_000 }, (error, stdout, stderr) => {
      if (stdout === "") fail(new Error(`bin/branta migrate check said nothing: ${stderr}`, { cause: error }));
      else done(JSON.parse(stdout) as CheckAnswer);
    });
  });
}
