import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { pathVersionBody, type ServerProcess, WireSession } from "@branta/tests-kit";
import { OpCode } from "@branta/zookeeper-protocol";
import type { Tree } from "./tree-dump.ts";

const run = promisify(execFile);
const CLEANUP = resolve(import.meta.dirname, "../../../../bin/zkCleanup.sh");
const SNAPSHOTS_KEPT = 3;
const REQUESTS_TOGETHER = 200;

/** Deletes old snapshots and logs of servers that run, as operators have it done each night: a long campaign fills any disk. */
export async function purgeFiles(servers: readonly ServerProcess[]): Promise<void> {
  for (const { folder } of servers) {
    await run(CLEANUP, ["-n", String(SNAPSHOTS_KEPT)], { env: { ...process.env, ZOOCFGDIR: folder } });
  }
}

/** Deletes a folder with all that is below it, so that a tree does not grow with the number of rounds. */
export async function deleteFolder({ port }: ServerProcess, folder: string, tree: Tree): Promise<void> {
  const inside = [...tree.keys()].filter((path) => path === folder || path.startsWith(`${folder}/`));
  // Children first; what has gone meanwhile is an error in a reply that nobody minds.
  const paths = inside.toSorted((one, other) => other.split("/").length - one.split("/").length);
  await using session = await WireSession.open(port);
  for (let at = 0; at < paths.length; at += REQUESTS_TOGETHER) {
    const together = paths.slice(at, at + REQUESTS_TOGETHER);
    for (const path of together) session.send(OpCode.delete, pathVersionBody(path, -1));
    for (let replies = 0; replies < together.length; replies++) await session.take();
  }
  await session.close();
}
