import { runShare, type SeedShare } from "@branta/foundation-simulator";
import { ZabPeer } from "@branta/zookeeper-engine";
import { runSeed } from "./world/run-seed.ts";

/** Runs a share of the seeds for main.ts, which starts this with the share in JSON. */

/** A broken core would break nearly every seed. */
const FAILURES_MAX = 10;

const share = JSON.parse(process.argv[2]!) as SeedShare;
const report = runShare(
  share,
  (seed, counts) => void runSeed(seed, (options, durable) => new ZabPeer(options, durable), counts),
  FAILURES_MAX,
);
const { user, system } = process.cpuUsage();
process.send!({ ...report, counts: { ...report.counts, cpuMs: (user + system) / 1000 } });
