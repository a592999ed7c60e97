import { encodeToBuffer } from "@branta/foundation-bytes";
import { SeededRandom } from "@branta/foundation-runtime";
import { CreateMode, deleteRequest, ErrorCode, OpCode, syncRequest } from "@branta/zookeeper-protocol";
import { expect, test } from "vitest";

import type { RawClient } from "../testing/raw-client.ts";
import { TestEnsemble } from "../testing/test-ensemble.ts";

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("what one server's client writes, others' clients read after a sync", async () => {
  await using ensemble = await TestEnsemble.open({ learners: 2 });
  const [writer, reader] = [await ensemble.learners[0]!.session(), await ensemble.learners[1]!.session()];
  expect(await writer.errorOf((it) => it.create("/a", 0, Buffer.from("1")))).toBe(ErrorCode.Ok);
  expect(await reader.errorOf((it) => it.send(OpCode.sync, encodeToBuffer(syncRequest, { path: "/" })))).toBe(0);
  expect(await reader.dataOf("/a")).toBe("1");
  const local = await ensemble.leader.session();
  expect(await local.dataOf("/a")).toBe("1");
});

test("ephemeral nodes go everywhere with a session that is closed anywhere", async () => {
  await using ensemble = await TestEnsemble.open({ learners: 2 });
  const owner = await ensemble.learners[0]!.session();
  await owner.errorOf((it) => it.create("/mine", CreateMode.Ephemeral));
  expect(ensemble.servers.map(({ tree }) => [...tree.ephemeralsOf(owner.sessionId)])).toEqual([
    ["/mine"],
    ["/mine"],
    ["/mine"],
  ]);
  expect(await owner.errorOf((it) => it.send(OpCode.closeSession))).toBe(ErrorCode.Ok);
  expect(ensemble.servers.map(({ tree }) => [tree.ephemeralCount, tree.sessions.size])).toEqual([
    [0, 0],
    [0, 0],
    [0, 0],
  ]);
});

test("a session goes from server to server, and only the last may write", async () => {
  await using ensemble = await TestEnsemble.open({ learners: 2 });
  const first = await ensemble.learners[0]!.session();
  await first.errorOf((it) => it.create("/a"));
  const fields = { sessionId: first.sessionId, passwd: first.password };
  const second = await ensemble.learners[1]!.session(fields);
  expect(await second.errorOf((it) => it.create("/b"))).toBe(ErrorCode.Ok);
  first.create("/stale");
  expect(await first.nextFrame()).toBeNull();
  const third = await ensemble.leader.session(fields);
  expect(await third.dataOf("/stale")).toBeNull();
  second.create("/stale");
  expect(await second.nextFrame()).toBeNull();
});

test("a session expires everywhere when the leader has heard of it nowhere", async () => {
  await using ensemble = await TestEnsemble.open({ learners: 1 });
  const client = await ensemble.learners[0]!.session({ timeOut: 4000 });
  for (let tick = 0; tick < 8 && !client.isClosed; tick++) {
    ensemble.clock.advance(1000);
    await nextTurn();
  }
  await client.closed();
  const late = await ensemble.learners[0]!.client();
  expect(await late.handshake({ sessionId: client.sessionId, passwd: client.password })).toMatchObject({
    sessionId: 0n,
  });
});

const PATHS = ["/a", "/b", "/a/x", "/a/y", "/b/z"];

/** One request of a client, drawn by chance. */
function act(client: RawClient, random: SeededRandom): void {
  const path = PATHS[random.below(PATHS.length)]!;
  const mode = [CreateMode.Persistent, CreateMode.Ephemeral, CreateMode.PersistentSequential][random.below(3)]!;
  const choice = random.below(5);
  if (choice === 0) client.create(path, mode);
  else if (choice === 1) client.setData(path, Buffer.from(String(random.below(100))));
  else if (choice === 2) client.send(OpCode.delete, encodeToBuffer(deleteRequest, { path, version: -1 }));
  else if (choice === 3) client.send(OpCode.sync, encodeToBuffer(syncRequest, { path }));
  else client.getData(path, true);
}

/** The answers to `count` requests in order; watch events may come between. */
async function answers(client: RawClient, count: number): Promise<number[]> {
  const xids: number[] = [];
  while (xids.length < count) {
    const { xid } = await client.reply();
    if (xid > 0) xids.push(xid);
  }
  return xids;
}

test.each([1, 2, 3])("all trees are the same whoever writes, and everybody is answered in order: %i", async (seed) => {
  await using ensemble = await TestEnsemble.open({ learners: 2 });
  const random = new SeededRandom(`requests ${seed}`);
  const clients: RawClient[] = [];
  for (const server of ensemble.servers) clients.push(await server.session(), await server.session());
  ensemble.commitsAtOnce = false;
  for (let step = 0; step < 300; step++) {
    act(clients[random.below(clients.length)]!, random);
    if (random.below(3) === 0) await nextTurn();
    if (random.below(5) === 0) ensemble.commit(random.below(4));
  }
  ensemble.commitsAtOnce = true;
  for (const client of clients) client.send(OpCode.sync, encodeToBuffer(syncRequest, { path: "/" }));
  while (clients.some((client) => client.socket.writableLength > 0)) await nextTurn();
  for (let turn = 0; turn < 20; turn++) await nextTurn();
  ensemble.commit();
  for (const client of clients) {
    const last = client.send(OpCode.getData, Buffer.from("000000012f00", "hex"));
    expect(await answers(client, last)).toEqual(Array.from({ length: last }, (_, index) => index + 1));
  }
  const pictures = ensemble.servers.map(({ tree }) => [tree.znodes.digest.toBigInt(), tree.lastProcessedZxid]);
  expect(pictures[1]).toEqual(pictures[0]);
  expect(pictures[2]).toEqual(pictures[0]);
  for (const { metrics, core } of ensemble.servers) {
    expect([metrics.digestMismatchesCount.value, core.pipeline.outstanding]).toEqual([0, 0]);
  }
});
