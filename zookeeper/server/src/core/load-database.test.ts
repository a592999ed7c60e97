import { encodeToBuffer } from "@branta/foundation-bytes";
import { snapshotPieces } from "@branta/zookeeper-engine";
import { deleteRequest, OpCode } from "@branta/zookeeper-protocol";
import { describe, expect, test } from "vitest";

import { SnapshotStore } from "../storage/index.ts";
import type { SourceNode } from "../storage/snapshot-source.ts";
import { TestServer } from "../testing/test-server.ts";

/**
 * A server that has stopped, and a snapshot of it that was written while the tree changed: between the visits to a node and to
 * its child the child went, which the nodes of the snapshot do not show.
 * @param dataOfB what the snapshot has as the data of the node `/b`
 */
async function stopped(dataOfB = "x"): Promise<TestServer> {
  const server = await TestServer.start();
  const client = await server.session();
  for (const path of ["/a", "/a/child", "/b"]) await client.errorOf((it) => it.create(path));
  const { tree } = server.server.core;
  const zxid = tree.lastProcessedZxid;
  const pieces = snapshotPieces(tree, { digestEnabled: true, lastProcessedZxid: false });
  const nodes: SourceNode[] = [];
  for (const node of pieces.nodes()) {
    const { path, data } = node;
    // What the walk shows is the tree's own memory.
    nodes.push({ ...node, data: path === "/b" ? Buffer.from(dataOfB) : data && Buffer.from(data) });
    if (node.path !== "/a") continue;
    await client.errorOf((it) => it.create("/c"));
    await client.errorOf((it) =>
      it.send(OpCode.delete, encodeToBuffer(deleteRequest, { path: "/a/child", version: -1 })),
    );
  }
  expect(nodes.map(({ path }) => path)).not.toContain("/a/child");
  for (const path of ["/d", "/e"]) await client.errorOf((it) => it.create(path));
  await server[Symbol.asyncDispose]();
  const store = new SnapshotStore({ disk: server.disk, directory: "/data/version-2" });
  // What Apache's servers write while they have no digest of their own since their start.
  await store.write(zxid, { ...pieces, nodes: () => nodes, zxidDigest: () => ({ zxid: 0, version: 2, digest: 0n }) });
  return server;
}

describe("a database that is loaded", () => {
  test("may come from a snapshot that was ahead of its first transactions", async () => {
    const { disk } = await stopped();
    await using server = await TestServer.start([], { disk });
    expect(server.metrics.startupTxnsLoaded.sum).toBe(4);
    expect(server.metrics.digestMismatchesCount.value).toBe(0);
    const { tree } = server.server.core;
    expect(tree.fuzzyUpTo).toBe(tree.lastProcessedZxid);
    const client = await server.session();
    await client.errorOf((it) => it.create("/f"));
    expect(server.metrics.digestMismatchesCount.value).toBe(0);
  });

  test("is told from another one by every transaction that is replayed", async () => {
    const { disk } = await stopped("y");
    await using server = await TestServer.start([], { disk });
    expect(server.metrics.digestMismatchesCount.value).toBe(4);
  });
});
