import { TraceHash } from "@branta/foundation-simulator";
import type { NewPeer } from "./peer.ts";
import { type NewTrace, runSeed } from "./run-seed.ts";
import { HashingTrace } from "./trace.ts";

/** What a seed came to. */
export interface SeedResult {
  /** Of everything that happened: equal for equal runs. */
  readonly hash: string;
  readonly virtualMs: number;
}

/**
 * Runs a seed as {@link runSeed} does, and takes a fingerprint of all that happens in it.
 *
 * @param newTrace gets to know everything that happens, besides
 */
export function replaySeed(
  seed: number,
  newPeer: NewPeer,
  counts: Record<string, number>,
  newTrace: NewTrace = () => null,
): SeedResult {
  const hash = new TraceHash();
  const virtualMs = runSeed(seed, newPeer, counts, (clock) => new HashingTrace(hash, clock, newTrace(clock)));
  return { hash: hash.value, virtualMs };
}
