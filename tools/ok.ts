import { spawn } from "node:child_process";
import { join } from "node:path";
import { styleText } from "node:util";

/**
 * `npm run ok`: everything a change has to pass, in about a minute. Prints the output of what failed, then one line
 * a check with its seconds; exits with 1 when anything failed.
 */

const ROOT = join(import.meta.dirname, "..");
const CHECK_TIMEOUT_MS = 10 * 60_000;

interface Check {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

interface Outcome {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly output: string;
}

/** Whole processes, in terminals and on hosts: they take as long as all other tests together. `bin/branta test` runs them, too. */
const SLOW_TESTS = [
  "tests/arcus-integration/**",
  "tests/client-integration/**",
  "tests/kit/src/hosts/**",
  "tests/walkthroughs/**",
];

/** Checks of one lane run one after the other, lanes beside each other: type checking and tests both want a core. */
const LANES: readonly (readonly Check[])[] = [
  [
    { name: "types", command: ["tsc", "-b"] },
    { name: "lint", command: ["oxlint", "--type-aware", "--deny-warnings"] },
    { name: "layers", command: ["node", "tools/check-layers.ts"] },
    { name: "format", command: ["oxfmt", "--check", "."] },
    { name: "dead", command: ["knip", "--no-progress", "--no-config-hints"] },
  ],
  [{ name: "unit", command: ["vitest", "run", ...SLOW_TESTS.flatMap((tests) => ["--exclude", tests])] }],
];

/** npm puts node_modules/.bin first on PATH for its scripts; do the same, so that `node tools/ok.ts` works alone. */
const PATH = `${join(ROOT, "node_modules", ".bin")}:${process.env["PATH"] ?? ""}`;

function run(check: Check): Promise<Outcome> {
  const started = performance.now();
  const [program, ...args] = check.command;
  const environment = { ...process.env, PATH, FORCE_COLOR: process.stdout.isTTY ? "1" : "0" };
  const child = spawn(program, args, { cwd: ROOT, env: environment, timeout: CHECK_TIMEOUT_MS });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => {
    const finish = (ok: boolean, extra = ""): void => {
      const seconds = (performance.now() - started) / 1000;
      resolve({ name: check.name, ok, seconds, output: Buffer.concat(chunks).toString("utf8") + extra });
    };
    child.on("error", (error) => finish(false, `${error.message}\n`));
    child.on("close", (code) => finish(code === 0));
  });
}

async function runLane(lane: readonly Check[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const check of lane) {
    const outcome = await run(check);
    if (!outcome.ok) process.stdout.write(`\n── ${check.name}: ${check.command.join(" ")}\n${outcome.output}\n`);
    outcomes.push(outcome);
  }
  return outcomes;
}

/** The line of vitest's summary that counts tests, so that the table says how much "unit" was. */
function testCount(output: string): string {
  return /Tests\s+(.*)/.exec(output.replaceAll(/\u{1b}\[\d+m/gu, ""))?.[1] ?? "";
}

const started = performance.now();
const outcomes = (await Promise.all(LANES.map(runLane))).flat();
process.stdout.write("\n");
for (const { name, ok, seconds, output } of outcomes) {
  const mark = ok ? styleText("green", "ok    ") : styleText("red", "FAILED");
  process.stdout.write(`${name.padEnd(8)} ${mark} ${seconds.toFixed(1).padStart(6)} s  ${testCount(output)}\n`);
}
const total = (performance.now() - started) / 1000;
process.stdout.write(`${"all".padEnd(8)}        ${total.toFixed(1).padStart(6)} s\n`);
process.exitCode = outcomes.every((outcome) => outcome.ok) ? 0 : 1;
