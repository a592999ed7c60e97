import { parseArgs } from "node:util";
import { parseServerKind } from "@branta/tests-kit";
import { Storm, type StormReport } from "./storm.ts";

/**
 * Kills a loaded server again and again and checks that it keeps its word.
 *
 *   node --conditions=source tests/chaos/src/main.ts --cycles 200 --seed 1
 */
const { values } = parseArgs({
  options: {
    cycles: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    server: { type: "string", default: "branta" },
  },
});

const began = performance.now();
await using storm = await Storm.start({
  kind: parseServerKind(values.server),
  cycles: Number(values.cycles),
  seed: Number(values.seed),
});
try {
  while (storm.report.cycles < Number(values.cycles) && storm.report.broken.length === 0) {
    await storm.cycle();
    if (storm.report.cycles % 20 === 0) console.log(line(storm.report));
  }
  if (storm.report.broken.length === 0) await storm.finish();
} catch (error) {
  storm.report.broken.push(`${String(error)}\n${storm.server.output}`);
}
summary(storm.report);
process.exitCode = storm.report.broken.length === 0 ? 0 : 1;

function line(report: StormReport): string {
  return `${report.cycles} cycles, ${report.acknowledged} acknowledged writes, ${report.broken.length} broken promises`;
}

function summary(report: StormReport): void {
  const sorted = report.restartMs.toSorted((a, b) => a - b);
  console.log(`\n${values.server}, seed ${values.seed}, ${((performance.now() - began) / 1_000).toFixed(0)} s`);
  console.log(`${report.cycles} kills under load, ${report.killedWhileStarting} more while starting`);
  console.log(`${report.acknowledged} acknowledged writes, all looked for after the next start`);
  console.log(`${report.survived} requests under way survived whole, ${report.vanished} left no trace`);
  console.log(
    `start after a kill: median ${Math.round(sorted[sorted.length >> 1] ?? 0)} ms, longest ${Math.round(sorted.at(-1) ?? 0)} ms`,
  );
  for (const text of report.broken) console.log(`BROKEN: ${text}`);
  console.log(`${report.cycles} passed, ${report.broken.length} failed`);
}
