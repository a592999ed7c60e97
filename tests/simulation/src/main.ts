import { shareOut, spreadSeeds } from "@branta/foundation-simulator";
import { ZabPeer } from "@branta/zookeeper-engine";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { planFaults } from "./world/fault-plan.ts";
import { replaySeed } from "./world/replay-seed.ts";
import { TextTrace } from "./world/text-trace.ts";

/**
 * Runs clusters of cores in virtual time, a seed each, with all properties checked after every event:
 *
 *     node --conditions=source tests/simulation/src/main.ts --seeds 5000 --seed 1 [--jobs 2]
 *     node --conditions=source tests/simulation/src/main.ts --replay 17 [--trace]
 *
 * Prints what happened how often, so that a simulator that does nothing is noticed, and each seed that broke a property.
 */

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "5000" },
    seed: { type: "string", default: "1" },
    jobs: { type: "string", default: "1" },
    replay: { type: "string" },
    trace: { type: "boolean", default: false },
  },
});

if (values.replay === undefined) await runMany(Number(values.seed), Number(values.seeds), Number(values.jobs));
else replay(Number(values.replay), values.trace);

async function runMany(first: number, seeds: number, jobs: number): Promise<void> {
  const start = performance.now();
  const report = await spreadSeeds(join(import.meta.dirname, "share-main.ts"), shareOut(first, seeds, jobs));
  const seconds = (performance.now() - start) / 1000;
  const perSeed = (report.counts["cpuMs"] ?? 0) / report.seeds;
  for (const [name, count] of Object.entries(report.counts).toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    if (name !== "cpuMs") console.log(`${name.padEnd(16)} ${String(count).padStart(12)}`);
  }
  for (const { seed, message } of report.failures) {
    console.log(`FAILED seed ${seed}: ${message}`);
    console.log(`  again: node --conditions=source tests/simulation/src/main.ts --replay ${seed} --trace`);
  }
  console.log(
    `seeds ${first} … ${first + seeds - 1}: ${report.seeds} run in ${seconds.toFixed(1)} s, ` +
      `${Math.round(report.seeds / seconds)} seeds/s, ${perSeed.toFixed(1)} ms of CPU each, ` +
      `${Math.round((report.counts["virtualSeconds"] ?? 0) / seconds)} times real time`,
  );
  console.log(`${report.seeds - report.failures.length} passed, ${report.failures.length} failed`);
  process.exitCode = report.failures.length === 0 && report.seeds === seeds ? 0 : 1;
}

function replay(seed: number, isTraced: boolean): void {
  console.log(JSON.stringify(planFaults(seed)));
  const counts: Record<string, number> = {};
  const result = replaySeed(
    seed,
    (options, durable) => new ZabPeer(options, durable),
    counts,
    (clock) => (isTraced ? new TextTrace(clock, (line) => console.log(line)) : null),
  );
  console.log(JSON.stringify(counts));
  console.log(`seed ${seed} passed: ${Math.round(result.virtualMs)} virtual ms, trace hash ${result.hash}`);
}
