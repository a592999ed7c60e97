import { fork } from "node:child_process";
import { parseArgs } from "node:util";
import { catalogue } from "./catalogue.ts";
import type { Mutant } from "./mutant.ts";
import type { Verdict } from "./verdict.ts";
import { Workplace } from "./workplace.ts";

/**
 * Plants every bug of the catalogue, one at a time, and says whether plays and seeds find it:
 *
 *     node --conditions=source tests/simulation/src/mutants/run-mutants-main.ts [--seconds 20] [--jobs 2] [--only ID] [--fast]
 *
 * Prints a line a bug and the score: how many die, and how many of them without the plays. With --fast no seeds are run for
 * what a play has found.
 */

/** A bug may make the core run in circles: so much more than its time it gets. */
const GRACE_MS = 60_000;

const SCORE_LEAST = 0.95;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "20" },
    jobs: { type: "string", default: "2" },
    only: { type: "string" },
    fast: { type: "boolean", default: false },
  },
});
const budgetMs = Number(values.seconds) * 1000;
const mutants = catalogue.filter(({ id }) => values.only === undefined || id.includes(values.only));
const waiting = [...mutants];
const survivors: Mutant[] = [];
let byProperties = 0;
await Promise.all(Array.from({ length: Number(values.jobs) }, () => work()));

for (const { id, why } of survivors) console.log(`ALIVE ${id}: ${why}`);
const killed = mutants.length - survivors.length;
console.log(
  `mutants: ${killed} of ${mutants.length} killed (${((100 * killed) / mutants.length).toFixed(1)} %), ` +
    `${byProperties} of them by a broken property in a seed, ${values.seconds} s of CPU each at most`,
);
// How many seeds fit into the time depends on the machine, so a few may get away.
const isEnough = killed >= SCORE_LEAST * mutants.length;
console.log(`${killed} passed, ${isEnough ? 0 : survivors.length} failed`);
process.exitCode = isEnough ? 0 : 1;

async function work(): Promise<void> {
  using workplace = new Workplace();
  for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
    using _planted = workplace.plant(mutant);
    report(mutant, await attempt(workplace.script));
  }
}

function report(mutant: Mutant, verdict: Verdict | null): void {
  const { id } = mutant;
  if (verdict === null) {
    byProperties++;
    console.log(`${id.padEnd(36)} killed: it never ends, or ends at once`);
    return;
  }
  const { play, seed, seeds, message } = verdict;
  if (play === null && seed === null) survivors.push(mutant);
  if (seed !== null) byProperties++;
  const bySeed = seed === null ? `no seed of ${seeds}` : `seed ${seed}: ${message.split("\n")[0]!.slice(0, 110)}`;
  console.log(`${id.padEnd(36)} ${play ?? "no play"}; ${bySeed}`);
}

/** Null where the process gave no verdict in time. */
async function attempt(script: string): Promise<Verdict | null> {
  const child = fork(script, [String(budgetMs), values.fast ? "fast" : "all"], {
    execArgv: ["--conditions=source"],
    stdio: "ignore",
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), budgetMs * 3 + GRACE_MS);
  try {
    return await new Promise((resolve) => {
      let verdict: Verdict | null = null;
      child.on("message", (message) => {
        verdict = message as Verdict;
      });
      child.on("close", () => resolve(verdict));
    });
  } finally {
    clearTimeout(timer);
  }
}
