import { fork } from "node:child_process";
import { SimulatorError } from "./simulator-error.ts";

/** What a part of the seeds came to. */
export interface SeedReport {
  readonly seeds: number;
  /** Sums of whatever the runs count: events, commits, crashes. */
  readonly counts: Readonly<Record<string, number>>;
  readonly failures: readonly SeedFailure[];
}

/** A seed that broke a property. */
export interface SeedFailure {
  readonly seed: number;
  readonly message: string;
}

/** Seeds `first`, `first + stride`, … */
export interface SeedShare {
  readonly first: number;
  readonly stride: number;
  readonly seeds: number;
}

/** Runs a share of the seeds in this process, and stops after `failuresMax` of them failed. */
export function runShare(
  share: SeedShare,
  run: (seed: number, counts: Record<string, number>) => void,
  failuresMax: number,
): SeedReport {
  const counts: Record<string, number> = {};
  const failures: SeedFailure[] = [];
  let seeds = 0;
  for (; seeds < share.seeds && failures.length < failuresMax; seeds++) {
    const seed = share.first + seeds * share.stride;
    try {
      run(seed, counts);
    } catch (cause) {
      failures.push({ seed, message: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) });
    }
  }
  return { seeds, counts, failures };
}

/**
 * Runs the seeds in several processes: the script is started with each share as its only argument, in JSON, and sends
 * its {@link SeedReport} to its parent.
 *
 * @throws SimulatorError `worker` if a process ends without a report
 */
export async function spreadSeeds(script: string, shares: readonly SeedShare[]): Promise<SeedReport> {
  const reports = await Promise.all(shares.map((share) => reportOf(script, share)));
  return addReports(reports);
}

/** Deals `seeds` seeds from `first` on to `workers`. */
export function shareOut(first: number, seeds: number, workers: number): SeedShare[] {
  return Array.from({ length: workers }, (_, worker) => ({
    first: first + worker,
    stride: workers,
    seeds: Math.floor((seeds - worker + workers - 1) / workers),
  }));
}

function addReports(reports: readonly SeedReport[]): SeedReport {
  const counts: Record<string, number> = {};
  for (const report of reports) {
    for (const [name, count] of Object.entries(report.counts)) counts[name] = (counts[name] ?? 0) + count;
  }
  return {
    seeds: reports.reduce((sum, { seeds }) => sum + seeds, 0),
    counts,
    failures: reports.flatMap(({ failures }) => failures).toSorted((one, other) => one.seed - other.seed),
  };
}

async function reportOf(script: string, share: SeedShare): Promise<SeedReport> {
  const child = fork(script, [JSON.stringify(share)], { execArgv: process.execArgv });
  return await new Promise((resolve, reject) => {
    let report: SeedReport | undefined;
    child.on("message", (message) => {
      report = message as SeedReport;
    });
    child.on("error", (cause) => reject(new SimulatorError("worker", `Cannot run "${script}"`, { cause })));
    child.on("close", (status) => {
      if (report !== undefined) resolve(report);
      else reject(new SimulatorError("worker", `Cannot run "${script}": ended with status "${status}", no report`));
    });
  });
}
