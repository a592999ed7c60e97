import type { ServerId } from "../effects.ts";
import type { QuorumVerifier } from "../quorum/quorum-verifier.ts";

/**
 * The highest position that a quorum has on disk.
 *
 * ```
 *   1 ───────────────▷ 12
 *   2 ─────────▷ 9            majority of 3: 9
 *   3 ────▷ 4
 * ```
 *
 * @param acked servers with their last positions; each has everything before it, too
 * @returns 0 where there is none
 */
export function quorumPosition(quorum: QuorumVerifier, acked: readonly (readonly [ServerId, number])[]): number {
  const { majority } = quorum;
  // Asked for every acknowledgement: where all votes are alike, counting will do.
  if (majority !== null) {
    if (acked.length < majority) return 0;
    return positionOfMany(quorum.voters, acked, majority);
  }
  const candidates = [...new Set(acked.map(([, end]) => end))].toSorted((a, b) => b - a);
  const hasQuorum = (position: number): boolean =>
    quorum.isQuorum(new Set(acked.filter(([, end]) => end >= position).map(([server]) => server)));
  return candidates.find(hasQuorum) ?? 0;
}

/** The highest position that so many voters have. They are few: to compare each with each is sooner done than to sort. */
function positionOfMany(
  voters: ReadonlySet<ServerId>,
  acked: readonly (readonly [ServerId, number])[],
  wanted: number,
): number {
  let highest = 0;
  for (const [server, end] of acked) {
    if (end <= highest || !voters.has(server)) continue;
    let votes = 0;
    for (const other of acked) {
      if (other[1] >= end && voters.has(other[0]) && ++votes === wanted) break;
    }
    if (votes === wanted) highest = end;
  }
  return highest;
}
