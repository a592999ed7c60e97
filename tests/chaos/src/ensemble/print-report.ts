import type { Campaign } from "./campaign.ts";
import { keepLastWords } from "./last-words.ts";

const BROKEN_MAX = 30;

/** Prints what a campaign did and found, and keeps its servers' last words where a promise was broken; answers the exit status. */
export async function printReport(campaign: Campaign, name: string): Promise<number> {
  const { report, ensemble } = campaign;
  if (report.broken.length > 0) await keepLastWords(ensemble);
  console.log(`\n${name}, ${(report.elapsedMs / 1_000).toFixed(0)} s`);
  console.log(`${report.rounds} rounds: ${[...report.harms].map(([harm, count]) => `${harm} ${count}×`).join(", ")}`);
  console.log(
    `${report.acknowledged} acknowledged writes, ${report.unanswered} without an answer, ${report.reads} reads`,
  );
  console.log(`${report.sessionsEnded} sessions ended`);
  const digests = `${report.digestsCompared} digests (${report.digestsPassing} unequal for a while, ${report.mismatchesMax} mismatches counted)`;
  console.log(`${report.nodesCompared} nodes and ${digests} compared between servers`);
  console.log(
    `modes at the end of rounds: ${[...report.modes].map(([mode, count]) => `${mode} ${count}×`).join(", ")}`,
  );
  const stalled = `the machine let nobody work for ${Math.round(report.stallMsMax)} ms at most`;
  console.log(`all serve again after the harm: longest ${Math.round(report.mendMsMax)} ms; ${stalled}`);
  for (const text of report.broken.slice(0, BROKEN_MAX)) console.log(`BROKEN: ${text}`);
  console.log(`${report.rounds} passed, ${report.broken.length} failed`);
  return report.broken.length === 0 ? 0 : 1;
}
