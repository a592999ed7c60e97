import { parseArgs } from "node:util";
import { parseServerKind, type ServerKind } from "@branta/tests-kit";
import type { Difference, Progress } from "./comparison.ts";
import { runEpisode, variantOf } from "./episode.ts";
import { ACCEPTED, CLOSE_ORDER } from "./exceptions.ts";
import type { Contest } from "./server-pair.ts";
import { shrink } from "./shrink.ts";
import { describeStep } from "./step.ts";

/**
 * The differential tester: the same random requests to a candidate and to an oracle, every answer compared.
 *
 *   node --conditions=source tests/differential/src/main.ts --operations 1000000 --seed 1 --oracle apache-3.9.5
 *
 * Ensembles are compared, too, with sessions on all of their servers: --candidate branta,branta,branta --oracle
 * apache-3.9.5,apache-3.9.5,apache-3.9.5.
 *
 * It exits with 0 if nothing differed but what exceptions.ts accepts.
 */
const { values } = parseArgs({
  options: {
    operations: { type: "string", default: "1000000" },
    seconds: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
    candidate: { type: "string", default: "branta" },
    oracle: { type: "string", default: "apache-3.9.5" },
    episode: { type: "string", default: "100000" },
    differences: { type: "string", default: "1" },
    "shrink-seconds": { type: "string", default: "120" },
  },
});

/** One server, or an ensemble: `branta,apache-3.9.5,branta`. The highest id leads at first. */
const kindsOf = (text: string): ServerKind[] => text.split(",").map(parseServerKind);
const contest: Contest = { candidate: kindsOf(values.candidate), oracle: kindsOf(values.oracle) };
if (contest.candidate.length !== contest.oracle.length) {
  throw new RangeError(`Cannot compare "${values.candidate}" with "${values.oracle}": must be as many servers`);
}
const progress: Progress = { compared: 0, events: 0, accepted: new Map() };
const began = performance.now();
let shownAt = began;

function showProgress(): void {
  const now = performance.now();
  if (now - shownAt < 10_000) return;
  shownAt = now;
  const rate = Math.round((progress.compared / (now - began)) * 1_000);
  console.log(`${progress.compared} answers and ${progress.events} events compared, ${rate} operations a second`);
}

function showDifference(seed: number, steps: number, difference: Difference): void {
  console.log(`\nDIFFERENCE in the episode of seed ${seed}, step ${steps}`);
  console.log(`  asked: ${difference.asked}`);
  console.log(`  ${contest.candidate}: ${difference.candidate}`);
  console.log(`  ${contest.oracle}: ${difference.oracle}`);
}

function showSummary(episodes: number, passed: number, differences: number): void {
  const seconds = (performance.now() - began) / 1_000;
  console.log(`\n${contest.candidate} against ${contest.oracle}, first seed ${values.seed}`);
  console.log(`${progress.compared} answers and ${progress.events} events compared in ${seconds.toFixed(0)} s`);
  console.log(
    `${Math.round(progress.compared / seconds)} operations a second, ${episodes} episodes of ${values.episode}`,
  );
  for (const [name, count] of progress.accepted) {
    const reason = ACCEPTED.find((rule) => rule.name === name)?.reason ?? "Both delete in the order of a hash set.";
    console.log(`accepted ${count} times: ${name === CLOSE_ORDER ? CLOSE_ORDER : name}. ${reason}`);
  }
  console.log(`${passed} passed, ${differences} failed`);
}

let differences = 0;
let episodes = 0;
let passed = 0;
const secondsMax = Number(values.seconds);
const enough = (): boolean =>
  secondsMax > 0 ? performance.now() - began > secondsMax * 1_000 : progress.compared >= Number(values.operations);

while (!enough() && differences < Number(values.differences)) {
  const seed = Number(values.seed) + episodes++;
  const operations = Math.min(
    Number(values.episode),
    secondsMax > 0 ? Infinity : Number(values.operations) - progress.compared,
  );
  const { difference, steps } = await runEpisode({ ...contest, seed, operations, progress, onProgress: showProgress });
  if (difference === undefined) {
    passed++;
    continue;
  }
  differences++;
  showDifference(seed, steps.length, difference);
  const shortest = await shrink(contest, variantOf(seed), steps, difference, Number(values["shrink-seconds"]) * 1_000);
  console.log(
    shortest === undefined ? "  It did not come again when the steps were repeated." : "  Shortest way there:",
  );
  for (const step of shortest ?? []) console.log(`    ${describeStep(step)}`);
}
showSummary(episodes, passed, differences);
process.exitCode = differences === 0 ? 0 : 1;
