import type { ServerProcess } from "@branta/tests-kit";
import { askServer } from "./ask-server.ts";

/** What the servers' digests say of their trees. */
export interface DigestComparison {
  /** Pairs of servers and transactions of which both remember the digest. */
  readonly compared: number;
  /** Of these the ones that were not equal, but were again later. */
  readonly passing: number;
  readonly differences: readonly string[];
}

/**
 * Compares the digests of the tree that servers keep of every 128th transaction. The newest that two of them have must be
 * equal. Older ones may differ: a server that took over a snapshot from Apache's, which is written while the tree changes,
 * replays what the snapshot has already, and for so long its digests are nobody's. Servers before 3.6 know no digests.
 */
export async function compareDigests(servers: readonly ServerProcess[]): Promise<DigestComparison> {
  const digests = await Promise.all(servers.map(digestsOf));
  const differences: string[] = [];
  let compared = 0;
  let passing = 0;
  for (const [one, mine] of digests.entries()) {
    for (const [other, theirs] of digests.entries()) {
      if (other <= one) continue;
      const common = [...mine.keys()].filter((zxid) => theirs.has(zxid));
      const unequal = common.filter((zxid) => mine.get(zxid) !== theirs.get(zxid));
      compared += common.length;
      passing += unequal.length;
      const newest = common.at(-1);
      if (newest !== undefined && unequal.includes(newest)) {
        const values = `${mine.get(newest)} on server ${one + 1} and ${theirs.get(newest)} on server ${other + 1}`;
        differences.push(`after ${newest} the digest is ${values}`);
      }
    }
  }
  return { compared, passing, differences };
}

/** By zxid as the server writes it, oldest first. */
async function digestsOf(server: ServerProcess): Promise<ReadonlyMap<string, string>> {
  const lines = (await askServer(server, "hash")).matchAll(/^(\w+): (-?\d+)$/gm);
  return new Map([...lines].map(([, zxid, digest]) => [zxid!, digest!]));
}

/**
 * How often servers were told of a digest that was not their own. Apache's count them also while {@link compareDigests} says
 * that they are nobody's.
 */
export async function countMismatches(servers: readonly ServerProcess[]): Promise<number> {
  let count = 0;
  for (const server of servers) {
    count += Number(/^zk_digest_mismatches_count\s+(\d+)/m.exec(await askServer(server, "mntr"))?.[1] ?? 0);
  }
  return count;
}
