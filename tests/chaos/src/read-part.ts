import { Reader } from "@branta/foundation-bytes";
import { pathWatchBody, type WireSession } from "@branta/tests-kit";
import { OpCode, statCodec } from "@branta/zookeeper-protocol";
import type { ModelNode } from "./model.ts";

/** The nodes of a folder, as the server has them now. Answers how many were ever created in it. */
export async function readFolder(session: WireSession, folder: string, into: Map<string, ModelNode>): Promise<number> {
  const children = await session.request(OpCode.getChildren2, pathWatchBody(folder, false));
  if (children.err !== 0) throw new Error(`Cannot list "${folder}": error ${children.err}`);
  const list = new Reader(children.body);
  const names = list.vector((reader) => reader.string() ?? "") ?? [];
  const { cversion, numChildren } = statCodec.decode(list);
  for (const name of names) session.send(OpCode.getData, pathWatchBody(`${folder}/${name}`, false));
  for (const name of names) {
    const reply = await session.take();
    // Expired between the list and the read.
    if (reply.err !== 0) continue;
    const reader = new Reader(reply.body);
    const data = reader.buffer()?.toString() ?? "";
    const stat = statCodec.decode(reader);
    into.set(`${folder}/${name}`, { data, version: stat.version, mzxid: stat.mzxid, owner: stat.ephemeralOwner });
  }
  // cversion counts creates and deletes, and what was not deleted is still there.
  return (cversion + numChildren) / 2;
}
