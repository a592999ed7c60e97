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
 * @param acked each server's last position; it has everything before it, too
 * @returns 0 where there is none
 */
export function quorumPosition(quorum: QuorumVerifier, acked: ReadonlyMap<ServerId, number>): number {
  const positions = [...new Set(acked.values())].toSorted((a, b) => b - a);
  for (const position of positions) {
    const servers = new Set<ServerId>();
    for (const [server, at] of acked) if (at >= position) servers.add(server);
    if (quorum.isQuorum(servers)) return position;
  }
  return 0;
}
