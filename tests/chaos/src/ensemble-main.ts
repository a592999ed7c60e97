import { parseArgs } from "node:util";
import { parseServerKind } from "@branta/tests-kit";
import { Campaign } from "./ensemble/campaign.ts";
import { printReport } from "./ensemble/print-report.ts";

/**
 * Harms an ensemble of three under load, round by round, and checks after each that it kept ZooKeeper's promises.
 *
 *   node --conditions=source tests/chaos/src/ensemble-main.ts --rounds 20 --seed 1 [--minutes 10] [--server apache-3.9.5]
 *
 * `--harms`: all, kills, or disks. `--small-disks` gives each server a disk of its own, which can be full; that takes
 * `unshare --mount` before node.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    minutes: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    server: { type: "string", default: "branta" },
    harms: { type: "string", default: "all" },
    "small-disks": { type: "boolean", default: false },
  },
});
const { harms } = values;
if (harms !== "all" && harms !== "kills" && harms !== "disks") {
  throw new RangeError(`Cannot choose the harms "${harms}": must be all, kills or disks`);
}

const kind = parseServerKind(values.server);
await using campaign = await Campaign.start({
  kinds: [kind, kind, kind],
  seed: Number(values.seed),
  harms,
  smallDisks: values["small-disks"],
});
await campaign.rounds(Number(values.rounds), Number(values.minutes));
process.exitCode = await printReport(campaign, `${values.server}, three servers, seed ${values.seed}`);
