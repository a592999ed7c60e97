import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parseServerKind } from "@branta/tests-kit";
import { Campaign, type CampaignReport } from "./ensemble/campaign.ts";

/**
 * Harms an ensemble of three under load, round by round, and checks after each that it kept ZooKeeper's promises.
 *
 *   node --conditions=source tests/chaos/src/ensemble-main.ts --rounds 20 --seed 1 [--minutes 10] [--server apache-3.9.5]
 */
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    minutes: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    server: { type: "string", default: "branta" },
  },
});

const began = performance.now();
const untilMs = began + Number(values.minutes) * 60_000;
await using campaign = await Campaign.start({ kind: parseServerKind(values.server), seed: Number(values.seed) });
const { report } = campaign;
try {
  while (report.rounds < Number(values.rounds) && performance.now() < untilMs && report.broken.length === 0) {
    await campaign.round();
    if (report.rounds % 5 === 0) console.log(line());
  }
} catch (error) {
  report.broken.push(String(error));
}
if (report.broken.length > 0) {
  const folder = await mkdtemp(join(tmpdir(), "branta-chaos-"));
  for (const [at, { output }] of campaign.ensemble.servers.entries()) {
    await writeFile(join(folder, `server-${at + 1}.log`), output);
  }
  console.log(`The last words of the servers are in ${folder}`);
}
summary(report);
process.exitCode = report.broken.length === 0 ? 0 : 1;

function line(): string {
  return `${report.rounds} rounds, ${report.acknowledged} acknowledged writes, ${report.broken.length} broken promises`;
}

function summary(found: CampaignReport): void {
  console.log(
    `\n${values.server}, three servers, seed ${values.seed}, ${((performance.now() - began) / 1_000).toFixed(0)} s`,
  );
  console.log(`${found.rounds} rounds: ${[...found.harms].map(([name, count]) => `${name} ${count}×`).join(", ")}`);
  console.log(`${found.acknowledged} acknowledged writes, ${found.unanswered} without an answer, ${found.reads} reads`);
  console.log(`${found.sessionsEnded} sessions ended; ${found.nodesCompared} nodes compared between servers`);
  console.log(`all serve again after the harm: longest ${Math.round(found.mendMsMax)} ms`);
  for (const text of found.broken.slice(0, 30)) console.log(`BROKEN: ${text}`);
  console.log(`${found.rounds} passed, ${found.broken.length} failed`);
}
