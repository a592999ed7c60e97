import { authBody, pathBody, pathWatchBody, WireSession } from "@branta/tests-kit";
import { OpCode, Xid } from "@branta/zookeeper-protocol";
import { canonicalFrame } from "./canonical.ts";
import { SUPERUSER } from "./pools.ts";
import type { Side } from "./side.ts";

const BATCH = 200;

/** Everything in the tree of one of a side's servers, as the superuser sees it: one line a node, sorted by path. */
export async function dumpTree(side: Side, server = 0): Promise<string[]> {
  await using session = await WireSession.open(side.servers[server]!.port);
  session.send(OpCode.auth, authBody("digest", Buffer.from(SUPERUSER)), Xid.auth);
  await session.take();
  const lines: string[] = [];
  for (let level = ["/"]; level.length > 0;) {
    const next: string[] = [];
    for (let at = 0; at < level.length; at += BATCH) {
      const part = level.slice(at, at + BATCH);
      for (const path of part) {
        session.send(OpCode.getData, pathWatchBody(path, false), 1);
        session.send(OpCode.getACL, pathBody(path), 1);
        session.send(OpCode.getChildren, pathWatchBody(path, false), 1);
      }
      for (const path of part) {
        const data = await session.connection.frame();
        const acl = await session.connection.frame();
        const children = await session.connection.frame();
        if (data === null || acl === null || children === null)
          throw new Error(`Cannot dump "${path}": the server closed`);
        // The dumping session's own making moves the header's zxid, and by the same number on both servers.
        lines.push(`${path} ${canonicalFrame(data, "dataStat", side)} ${canonicalFrame(acl, "aclStat", side)}`);
        const list = /list=(\[.*\])$/.exec(canonicalFrame(children, "children", side))?.[1] ?? "[]";
        for (const name of JSON.parse(list) as string[]) next.push(path === "/" ? `/${name}` : `${path}/${name}`);
      }
    }
    level = next;
  }
  await session.close();
  return lines.sort();
}

/**
 * Hides what quota statistics say. They are counted in memory while a snapshot is written and again when the log is
 * replayed, so that after a restart Apache's differ from Apache's.
 */
export function maskQuotaStatistics(line: string): string {
  return line.startsWith("/zookeeper/quota/")
    ? line.replace(/data="[^"]*"/, "data=…").replace(/length=\d+/g, "length=…")
    : line;
}

/** What differs between two dumps, a few lines of it; empty if nothing does. */
export function compareDumps(
  candidateLines: readonly string[],
  oracleLines: readonly string[],
  mask: (line: string) => string = (line) => line,
): string[] {
  const candidate = candidateLines.map(mask);
  const oracle = oracleLines.map(mask);
  const left = new Set(candidate);
  const right = new Set(oracle);
  return [
    ...candidate.filter((line) => !right.has(line)).map((line) => `candidate only: ${line}`),
    ...oracle.filter((line) => !left.has(line)).map((line) => `oracle only:    ${line}`),
  ].slice(0, 20);
}
