import { Comparison, type Difference, type Progress } from "./comparison.ts";
import { Generator, ROUGH, UNREADABLE } from "./generator.ts";
import { type Contest, enforcesQuota, ServerPair } from "./server-pair.ts";
import type { Step } from "./step.ts";
import { compareDumps, dumpTree, maskQuotaStatistics } from "./tree-dump.ts";

/** One run on two fresh servers. */
export interface EpisodeOptions extends Contest {
  seed: number;
  /** Answers to compare before the trees are compared and the servers restarted. */
  operations: number;
  progress: Progress;
  /** Called now and then. */
  onProgress?: () => void;
}

/** How an episode ended. */
export interface EpisodeResult {
  difference?: Difference;
  /** What was done until then. */
  steps: Step[];
}

/** Episodes without pipelining are shorter by this. */
const SLOW_FACTOR = 20;
const REPORT_EVERY_STEPS = 200;
const BARRIER = { kind: "barrier" } as const;

/** Settings of an episode follow from its seed, so that a seed alone repeats it. */
export function variantOf(seed: number): number {
  return seed % 4;
}

/** Runs random steps until something differs or enough was compared; then compares the trees, and again after a restart. */
export async function runEpisode(options: EpisodeOptions): Promise<EpisodeResult> {
  const { seed, progress } = options;
  await using pair = await ServerPair.start(options, variantOf(seed));
  const comparison = new Comparison(pair.candidate, pair.oracle, progress);
  const hardQuotas = enforcesQuota(variantOf(seed));
  const generator = new Generator(seed, {
    avoid: avoided(pair),
    hardQuotas,
  });
  const steps: Step[] = [];
  const end = progress.compared + options.operations / (hardQuotas ? SLOW_FACTOR : 1);
  while (progress.compared < end) {
    const live = (slot: number): boolean => pair.oracle.isLive(slot);
    const step = generator.next(live, (slot) => pair.oracle.hasSession(slot));
    steps.push(step);
    const difference = await comparison.run(step);
    if (difference !== undefined) return { difference, steps };
    for (const path of comparison.given) generator.learn(path);
    generator.lastZxid = comparison.lastZxid;
    if (steps.length % REPORT_EVERY_STEPS === 0) options.onProgress?.();
  }
  const restart = { kind: "restart", hard: seed % 2 === 0 } as const;
  // An ensemble's restart is an election or several, of which nobody knows how many.
  for (const step of pair.oracle.isEnsemble ? [BARRIER] : [BARRIER, restart, BARRIER]) {
    steps.push(step);
    const difference = (await comparison.run(step)) ?? (await compareTrees(pair, steps));
    if (difference !== undefined) return { difference, steps };
  }
  return { steps };
}

function avoided(pair: ServerPair): RegExp | null {
  if (/3\.8\.0/.test(`${pair.candidate.kinds} ${pair.oracle.kinds}`)) return ROUGH;
  return pair.oracle.isEnsemble ? UNREADABLE : null;
}

/** Runs given steps on fresh servers; answers the first difference, in the trees too. */
export async function replay(
  contest: Contest,
  variant: number,
  steps: readonly Step[],
): Promise<Difference | undefined> {
  await using pair = await ServerPair.start(contest, variant);
  const comparison = new Comparison(pair.candidate, pair.oracle, { compared: 0, events: 0, accepted: new Map() });
  for (const step of steps) {
    const difference = await comparison.run(step);
    if (difference !== undefined) return difference;
  }
  return await compareTrees(pair, steps);
}

async function compareTrees(pair: ServerPair, steps: readonly Step[]): Promise<Difference | undefined> {
  for (let server = 0; server < pair.oracle.servers.length; server++) {
    const difference = await compareTreesOf(pair, server, steps);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

async function compareTreesOf(
  pair: ServerPair,
  server: number,
  steps: readonly Step[],
): Promise<Difference | undefined> {
  const [candidate, oracle] = await Promise.all([dumpTree(pair.candidate, server), dumpTree(pair.oracle, server)]);
  const restarted = steps.some((step) => step.kind === "restart");
  const lines = compareDumps(candidate, oracle, restarted ? maskQuotaStatistics : undefined);
  if (lines.length === 0) return undefined;
  return {
    asked: `the whole tree after ${steps.at(-1)?.kind}: ${candidate.length} and ${oracle.length} nodes`,
    candidate: lines.filter((line) => line.startsWith("candidate")).join("\n    "),
    oracle: lines.filter((line) => line.startsWith("oracle")).join("\n    "),
  };
}
