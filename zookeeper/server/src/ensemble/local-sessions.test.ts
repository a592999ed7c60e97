import { encodeToBuffer } from "@branta/foundation-bytes";
import { CreateMode, createRequest, ErrorCode, multiRequest, OPEN_ACL, OpCode } from "@branta/zookeeper-protocol";
import { describe, expect, test } from "vitest";

import { TestEnsemble } from "../testing/test-ensemble.ts";

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const LOCAL = ["localSessionsEnabled=true"];
const UPGRADING = [...LOCAL, "localSessionsUpgradingEnabled=true"];

/** The two kinds of servers that have clients. */
const PLACES = [["leader"], ["learner"]] as const;

async function ensemble(place: (typeof PLACES)[number][0], lines: readonly string[]) {
  const servers = await TestEnsemble.open({ learners: 1, lines });
  const here = place === "leader" ? servers.leader : servers.learners[0]!;
  const there = place === "leader" ? servers.learners[0]! : servers.leader;
  return { servers, here, there, [Symbol.asyncDispose]: () => servers[Symbol.asyncDispose]() };
}

describe.each(PLACES)("a local session of a %s", (place) => {
  test("is known to its server only, reads and writes, and ends without a transaction", async () => {
    await using world = await ensemble(place, LOCAL);
    const { here, there, servers } = world;
    const client = await here.session();
    expect([here.core.sessions.localCount, there.core.sessions.localCount, here.tree.sessions.size]).toEqual([1, 0, 0]);
    expect(await client.errorOf((it) => it.create("/a", 0, Buffer.from("1")))).toBe(ErrorCode.Ok);
    expect(await client.dataOf("/a")).toBe("1");
    const zxid = here.tree.lastProcessedZxid;
    servers.commitsAtOnce = false;
    client.create("/b");
    const xid = client.send(OpCode.closeSession);
    while (servers.proposals.length === 0) await nextTurn();
    servers.commit();
    expect((await client.reply()).err).toBe(ErrorCode.Ok);
    expect(await client.reply()).toMatchObject({ xid, err: ErrorCode.Ok, zxid: zxid + 1 });
    await client.closed();
    expect(here.core.sessions.localCount).toBe(0);
  });

  test("may be taken up again on its server, and nowhere else", async () => {
    await using world = await ensemble(place, LOCAL);
    const { here, there } = world;
    const client = await here.session();
    const fields = { sessionId: client.sessionId, passwd: client.password };
    const again = await here.session(fields);
    await client.closed();
    expect(again.sessionId).toBe(client.sessionId);
    expect(await again.dataOf("/zookeeper/quota")).toBe("");
    const elsewhere = await there.client();
    expect(await elsewhere.handshake(fields)).toMatchObject({ sessionId: 0n });
  });

  test("expires on its server", async () => {
    await using world = await ensemble(place, LOCAL);
    const { here, servers } = world;
    const client = await here.session({ timeOut: 4000 });
    for (let tick = 0; tick < 8 && !client.isClosed; tick++) {
      servers.clock.advance(1000);
      await nextTurn();
    }
    await client.closed();
    expect([here.core.sessions.localCount, servers.proposals.length]).toEqual([0, 0]);
    expect(here.metrics.staleSessionsExpired.value).toBe(1);
  });

  test("owns no ephemeral nodes, alone or in a multi", async () => {
    await using world = await ensemble(place, LOCAL);
    const client = await world.here.session();
    const ephemeral = (it: typeof client): number => it.create("/e", CreateMode.Ephemeral);
    expect(await client.errorOf(ephemeral)).toBe(ErrorCode.EphemeralOnLocalSession);
    const create = { path: "/e", data: null, acl: OPEN_ACL, flags: CreateMode.EphemeralSequential };
    const multi = encodeToBuffer(multiRequest, { ops: [{ type: OpCode.create2, ...create }] });
    expect(await client.errorOf((it) => it.send(OpCode.multi, multi))).toBe(ErrorCode.EphemeralOnLocalSession);
    expect(await client.errorOf((it) => it.create("/p"))).toBe(ErrorCode.Ok);
  });

  test("becomes everybody's with its first ephemeral node, where that is allowed", async () => {
    await using world = await ensemble(place, UPGRADING);
    const { here, there } = world;
    const client = await here.session();
    expect(await client.errorOf((it) => it.create("/e", CreateMode.Ephemeral))).toBe(ErrorCode.Ok);
    for (const { tree } of [here, there]) {
      expect([tree.sessions.has(client.sessionId), [...tree.ephemeralsOf(client.sessionId)]]).toEqual([true, ["/e"]]);
    }
    expect(here.core.sessions.localCount).toBe(0);
    const moved = await there.session({ sessionId: client.sessionId, passwd: client.password });
    expect(await moved.errorOf((it) => it.send(OpCode.closeSession))).toBe(ErrorCode.Ok);
    expect(here.tree.ephemeralCount).toBe(0);
  });
});

test("a learner that forwards an ephemeral node of a local session is told that there is no such session", async () => {
  await using servers = await TestEnsemble.open({ learners: 1, lines: LOCAL });
  const body = encodeToBuffer(createRequest, { path: "/e", data: null, acl: OPEN_ACL, flags: CreateMode.Ephemeral });
  const request = { kind: "request", cxid: 1, type: OpCode.create, body, authInfo: [] } as const;
  servers.leader.core.received(2, 2, { ...request, sessionId: 2n << 56n });
  // It would be one of the leader's own.
  servers.leader.core.received(2, 2, { ...request, sessionId: 1n << 56n });
  servers.commit();
  expect(servers.leader.tree.dataAt("/e")).toBeUndefined();
});
