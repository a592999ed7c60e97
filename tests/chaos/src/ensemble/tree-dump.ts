import { Reader } from "@branta/foundation-bytes";
import { pathBody, pathWatchBody, type ServerProcess, WireSession } from "@branta/tests-kit";
import { OpCode, statCodec } from "@branta/zookeeper-protocol";

/** One node as a server has it: everything that clients can see of it, as a text that is equal where the nodes are. */
export interface DumpedNode {
  readonly text: string;
  readonly data: string;
  readonly version: number;
  readonly mzxid: number;
  readonly owner: bigint;
}

/** A server's whole tree by path. */
export type Tree = ReadonlyMap<string, DumpedNode>;

/** What servers keep about themselves. */
const LEFT_OUT = "/zookeeper";
const ANSWER_TIMEOUT_MS = 10_000;

/** Reads a server's whole tree, once it has caught up with everything that was committed before. */
export async function dumpTree(server: ServerProcess): Promise<Tree> {
  await using session = await WireSession.open(server.port, {}, ANSWER_TIMEOUT_MS);
  await session.request(OpCode.sync, pathBody("/"));
  const tree = new Map<string, DumpedNode>();
  let level = ["/"];
  while (level.length > 0) {
    for (const path of level) session.send(OpCode.getData, pathWatchBody(path, false));
    for (const path of level) {
      const reply = await session.take(ANSWER_TIMEOUT_MS);
      if (reply.err === 0) tree.set(path, readNode(reply.body));
    }
    for (const path of level) session.send(OpCode.getChildren2, pathWatchBody(path, false));
    const next: string[] = [];
    for (const path of level) {
      const reply = await session.take(ANSWER_TIMEOUT_MS);
      if (reply.err !== 0) continue;
      for (const name of new Reader(reply.body).vector((reader) => reader.string() ?? "") ?? []) {
        next.push(path === "/" ? `/${name}` : `${path}/${name}`);
      }
    }
    level = next.filter((path) => path !== LEFT_OUT);
  }
  await session.close();
  return tree;
}

function readNode(body: Buffer): DumpedNode {
  const reader = new Reader(body);
  const data = reader.buffer()?.toString() ?? "";
  const stat = statCodec.decode(reader);
  const text = JSON.stringify({ data, ...stat, ephemeralOwner: `0x${stat.ephemeralOwner.toString(16)}` });
  return { text, data, version: stat.version, mzxid: stat.mzxid, owner: stat.ephemeralOwner };
}

/** Where two trees differ, in words; at most `max` places. */
export function treeDifferences(one: Tree, other: Tree, names: readonly [string, string], max = 5): string[] {
  const differences: string[] = [];
  for (const path of new Set([...one.keys(), ...other.keys()])) {
    const [left, right] = [one.get(path)?.text ?? "nothing", other.get(path)?.text ?? "nothing"];
    if (left !== right) differences.push(`"${path}" is ${left} on ${names[0]} and ${right} on ${names[1]}`);
    if (differences.length === max) break;
  }
  return differences;
}
