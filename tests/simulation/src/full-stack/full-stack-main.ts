import { parseArgs } from "node:util";
import { planStack } from "./stack-plan.ts";
import { runStackSeed } from "./run-stack-seed.ts";

/**
 * Runs ensembles of real servers on simulated disks and networks, a seed each:
 *
 *     node --conditions=source tests/simulation/src/full-stack/full-stack-main.ts --seeds 100 --seed 1
 *     node --conditions=source tests/simulation/src/full-stack/full-stack-main.ts --replay 17 [--trace]
 *
 * Prints what happened how often, and each seed that broke a property.
 */

/** Something that is broken in general would break nearly every seed. */
const FAILURES_MAX = 10;

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    replay: { type: "string" },
    trace: { type: "boolean", default: false },
  },
});

if (values.replay === undefined) await runMany(Number(values.seed), Number(values.seeds));
else await replay(Number(values.replay), values.trace);

async function runMany(first: number, seeds: number): Promise<void> {
  const startMs = performance.now();
  const counts: Record<string, number> = {};
  let failed = 0;
  let run = 0;
  for (; run < seeds && failed < FAILURES_MAX; run++) {
    try {
      await runStackSeed(first + run, counts);
    } catch (error) {
      failed++;
      console.log(`FAILED seed ${first + run}: ${(error as Error).stack}`);
    }
  }
  const seconds = (performance.now() - startMs) / 1000;
  for (const [name, count] of Object.entries(counts).toSorted(([one], [other]) => (one < other ? -1 : 1)))
    console.log(`${name.padEnd(16)} ${String(count).padStart(12)}`);
  const pace = `${(seconds / run).toFixed(1)} s each`;
  console.log(`seeds ${first} … ${first + run - 1}: ${run} run in ${seconds.toFixed(1)} s, ${pace}`);
  console.log(`${run - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

async function replay(seed: number, isTraced: boolean): Promise<void> {
  console.log(JSON.stringify(planStack(seed)));
  const counts: Record<string, number> = {};
  const result = await runStackSeed(seed, counts, isTraced ? (line) => console.log(line) : null);
  console.log(JSON.stringify(counts));
  console.log(`seed ${seed} passed: ${Math.round(result.virtualMs)} virtual ms, trace hash ${result.hash}`);
}
