import type { ServerId } from "../effects.ts";
import type { EnsembleConfiguration } from "../quorum/quorum-verifier.ts";

/**
 * Who leads under a new configuration: the leader it was committed by, if that one votes in it at the same address; else the
 * voter that has most, so that fewest proposals are lost and no election is needed.
 *
 * @param positions where the logs of synced followers end
 */
export function designatedLeader(
  self: ServerId,
  before: EnsembleConfiguration,
  after: EnsembleConfiguration,
  positions: Iterable<readonly [ServerId, number]>,
): ServerId {
  const stays = after.quorum.voters.has(self) && after.addresses.get(self) === before.addresses.get(self);
  if (stays) return self;
  let best: readonly [ServerId, number] | null = null;
  for (const candidate of positions) {
    if (!after.quorum.voters.has(candidate[0])) continue;
    if (best === null || candidate[1] > best[1]) best = candidate;
  }
  return best?.[0] ?? self;
}
