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
    const ends = acked.filter(([server]) => quorum.voters.has(server)).map(([, end]) => end);
    return ends.toSorted((a, b) => b - a)[majority - 1] ?? 0;
  }
  const candidates = [...new Set(acked.map(([, end]) => end))].toSorted((a, b) => b - a);
  const hasQuorum = (position: number): boolean =>
    quorum.isQuorum(new Set(acked.filter(([, end]) => end >= position).map(([server]) => server)));
  return candidates.find(hasQuorum) ?? 0;
}
