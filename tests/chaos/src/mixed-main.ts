import { parseArgs } from "node:util";
import { parseServerKind } from "@branta/tests-kit";
import { Campaign, type CampaignOptions } from "./ensemble/campaign.ts";
import { printReport } from "./ensemble/print-report.ts";

/**
 * Harms an ensemble of Branta and Apache ZooKeeper under load, round by round: all promises are kept, and all trees stay
 * equal, transaction by transaction.
 *
 *   node --conditions=source tests/chaos/src/mixed-main.ts --apache 3.9.5 --role follower --minutes 10 --seed 1
 *
 * `--harms all` also pauses servers and cuts them off; Apache's own trees do not always survive that (3.9.5 kept what a
 * leader that was cut off had not committed).
 *
 * `--role`: what Branta's server mostly is, for the highest id among equals leads; "weighted", where a quorum takes server 1,
 * which is Branta's, and one more; "observer-master", where an observer of Apache's follows a voter of Branta's, and one of Branta's
 * a follower of Apache's; or "all", one after the other, each for so many minutes.
 */
const { values } = parseArgs({
  options: {
    apache: { type: "string", default: "3.9.5" },
    role: { type: "string", default: "follower" },
    rounds: { type: "string", default: "1000000" },
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
    harms: { type: "string", default: "kills" },
  },
});

const apache = parseServerKind(`apache-${values.apache}`);
const LAYOUTS: Readonly<Record<string, Pick<CampaignOptions, "kinds" | "observers" | "observerMasters" | "config">>> = {
  leader: { kinds: [apache, apache, "branta"] },
  follower: { kinds: ["branta", apache, apache] },
  observer: { kinds: [apache, apache, "branta"], observers: [3] },
  "observer-master": {
    kinds: ["branta", apache, apache, apache, "branta"],
    observers: [4, 5],
    // Apache's observer finds Branta's voter only, and Branta's observer Apache's followers.
    observerMasters: [0, 1, 1, 0, 1],
  },
  weighted: { kinds: ["branta", apache, "branta"], config: { "group.1": "1:2:3", "weight.1": 2 } },
};
const roles = values.role === "all" ? Object.keys(LAYOUTS).filter(hasRole) : [values.role];
let rounds = 0;
let broken = 0;
for (const role of roles) {
  const layout = LAYOUTS[role];
  if (layout === undefined) {
    throw new RangeError(`Cannot give the role "${role}": must be ${Object.keys(LAYOUTS).join(", ")} or all`);
  }
  await using campaign = await Campaign.start({
    ...layout,
    seed: Number(values.seed),
    harms: values.harms === "all" ? "all" : "kills",
  });
  await campaign.rounds(Number(values.rounds), Number(values.minutes));
  await printReport(
    campaign,
    `Branta ${role === "weighted" ? "with weights" : `as ${role}`} (${layout.kinds.join(", ")}), seed ${values.seed}`,
  );
  rounds += campaign.report.rounds;
  broken += campaign.report.broken.length;
}
console.log(`${rounds} passed, ${broken} failed`);
process.exit(broken === 0 ? 0 : 1);

/** Observers of Apache's follow voters from 3.6 on. */
function hasRole(role: string): boolean {
  if (role !== "observer-master" || !/^3\.[45]\./.test(values.apache)) return true;
  console.log(`Left out: observer-master, which Apache ${values.apache} does not know`);
  return false;
}
