import type { ServerProcess } from "@branta/tests-kit";
import { askServer } from "./ask-server.ts";

/** What the servers' digests say of their trees. */
export interface DigestComparison {
  /** Pairs of servers and transactions whose digests both remember. */
  readonly compared: number;
  readonly differences: readonly string[];
}

/**
 * Compares the digests of the tree that servers keep of every 128th transaction, and asks each server whether a
 * transaction ever left it with another tree than the leader's. Apache's servers before 3.6 know neither.
 */
export async function compareDigests(servers: readonly ServerProcess[]): Promise<DigestComparison> {
  const differences: string[] = [];
  let compared = 0;
  const seen = new Map<string, { readonly digest: string; readonly server: number }>();
  for (const [at, server] of servers.entries()) {
    for (const [, zxid, digest] of (await askServer(server, "hash")).matchAll(/^(\w+): (-?\d+)$/gm)) {
      const other = seen.get(zxid!);
      if (other === undefined) seen.set(zxid!, { digest: digest!, server: at + 1 });
      else {
        compared++;
        if (other.digest !== digest) {
          differences.push(
            `after ${zxid} the digest is ${other.digest} on server ${other.server} and ${digest} on ${at + 1}`,
          );
        }
      }
    }
    const mismatches = /^zk_digest_mismatches_count\s+(\d+)/m.exec(await askServer(server, "mntr"))?.[1] ?? "0";
    if (mismatches !== "0")
      differences.push(`server ${at + 1} counted ${mismatches} digests that were not the leader's`);
  }
  return { compared, differences };
}
