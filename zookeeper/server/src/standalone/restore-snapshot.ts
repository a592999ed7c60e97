import type { DataTree } from "@branta/zookeeper-engine";

import type { ServerConnection } from "../connection/server-connection.ts";
import { decodeSnapshotStream } from "../storage/index.ts";
import { endDeadSessions, RestoringSink } from "../core/load-database.ts";

/**
 * Makes a tree of a snapshot that somebody sends: as a server streams it, compressed or not.
 * @throws StorageError `corruptSnapshot`
 */
export async function treeOfSnapshot(
  snapshot: AsyncIterable<Uint8Array>,
  newTree: () => DataTree<ServerConnection>,
): Promise<DataTree<ServerConnection>> {
  const sink = new RestoringSink<ServerConnection>(newTree);
  const { lastProcessedZxid, zxidDigest } = await decodeSnapshotStream(snapshot, sink);
  const { tree } = sink;
  tree.lastProcessedZxid = lastProcessedZxid ?? zxidDigest?.zxid ?? 0;
  // No transaction follows that this snapshot could be ahead of.
  tree.fuzzyUpTo = tree.lastProcessedZxid;
  endDeadSessions(tree);
  return tree;
}
