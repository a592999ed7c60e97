import { parseServerKind } from "@branta/tests-kit";
import { parseArgs } from "node:util";
import { hasKazoo } from "./replacement/kazoo-load.ts";
import { replaceLive } from "./replacement/live-replacement.ts";

/**
 * Replaces three servers of Apache's under load by Branta's, and back: nothing acknowledged is lost, no session ends.
 *
 *   node --conditions=source tests/chaos/src/replacement-main.ts --apache 3.9.5 --seconds 5
 *
 * `--seconds`: how long the load goes on after each step. The last line is "N passed, N failed".
 */
const { values } = parseArgs({
  options: { apache: { type: "string", default: "3.9.5" }, seconds: { type: "string", default: "5" } },
});

if (!hasKazoo()) console.log("Without kazoo's clients: tests/conformance/kazoo.sh --setup fetches them");
const { loads, pausesMs, broken } = await replaceLive({
  apache: parseServerKind(`apache-${values.apache}`),
  settleMs: Number(values.seconds) * 1_000,
  log: (line) => console.log(line),
});
for (const { name, done } of loads) console.log(`${name}: ${done} done`);
for (const { name, done } of loads) if (done === 0) console.log(`${name} did nothing`);
for (const one of broken) console.log(`BROKEN ${one}`);
const [step, pauseMs] = [...pausesMs].reduce((worst, one) => (one[1] > worst[1] ? one : worst));
console.log(`Longest write pause ${Math.round(pauseMs)} ms (${step})`);
const failed = broken.length + loads.filter(({ done }) => done === 0).length;
console.log(`${loads.length - Math.min(loads.length, failed)} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
