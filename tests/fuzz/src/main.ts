import { parseArgs } from "node:util";
import { runCampaign, type Tally } from "./campaign.ts";
import { targets } from "./targets.ts";

/**
 * Feeds damaged bytes to everything that reads bytes from outside, up to whole cache nodes:
 *
 *     node --conditions=source tests/fuzz/src/main.ts --inputs 10000000 --seed 1 [--target snapshot]
 *
 * `--target cache` takes all of cache-words, cache-replies and cache-node.
 *
 * Prints a line a target and a summary. Exits with 1 if anything but a value or a BytesError came out, or if memory
 * passed its limit. A seed repeats a campaign exactly.
 */

const RSS_MIB_MAX = 1024;

const { values } = parseArgs({
  options: {
    inputs: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
    target: { type: "string" },
  },
});
const inputs = Number(values.inputs);
const seed = Number(values.seed);
const chosen = targets.filter(({ name }) => {
  const { target } = values;
  return target === undefined || name === target || name.startsWith(`${target}-`);
});
if (chosen.length === 0) {
  throw new Error(`Cannot run target "${values.target}": must be one of ${targets.map(({ name }) => name).join(", ")}`);
}

// Millions of refusals are expected; their stack traces would cost more than the reading.
Error.stackTraceLimit = 0;
const start = performance.now();
const tallies = runCampaign(chosen, inputs, seed);
const seconds = (performance.now() - start) / 1_000;
const peakMiB = Math.ceil(process.resourceUsage().maxRSS / 1_024);

for (const tally of tallies) {
  console.log(
    `${tally.name.padEnd(12)} ${tally.inputs} inputs: ${tally.values} values, ${tally.refused} refused, ` +
      `slowest ${tally.slowestMs.toFixed(1)} ms`,
  );
  for (const { error, inputHex } of tally.findings) console.log(`FOUND ${String(error)}\n  input ${inputHex}`);
}
const findings = sum((tally) => tally.findings.length);
const isTooLarge = peakMiB > RSS_MIB_MAX;
console.log(
  `fuzz seed ${seed}: ${inputs} inputs, ${sum((tally) => tally.values)} values, ${sum((tally) => tally.refused)} refused, ` +
    `${findings} findings in ${seconds.toFixed(1)} s (${Math.round(inputs / seconds)} inputs/s), peak ${peakMiB} MiB` +
    (isTooLarge ? `, more than ${RSS_MIB_MAX}` : ""),
);
const failed = findings + (isTooLarge ? 1 : 0);
console.log(`${inputs - findings} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function sum(of: (tally: Tally) => number): number {
  return tallies.reduce((total, tally) => total + of(tally), 0);
}
