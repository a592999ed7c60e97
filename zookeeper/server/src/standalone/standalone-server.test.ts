import { encodeToBuffer } from "@branta/foundation-bytes";
import { CreateMode, ErrorCode, getChildrenRequest, OpCode } from "@branta/zookeeper-protocol";
import { describe, expect, test } from "vitest";

import { TestServer } from "../testing/test-server.ts";

describe("a session", () => {
  test("that falls silent expires with its ephemeral nodes, which watchers are told", async () => {
    await using server = await TestServer.start();
    const silent = await server.session({ timeOut: 4000 });
    const watcher = await server.session({ timeOut: 20_000 });
    await silent.errorOf((it) => it.create("/e", CreateMode.Ephemeral));
    await watcher.errorOf((it) => it.getData("/e", true));
    server.clock.advance(6000);
    const event = await watcher.reply();
    expect(event.xid).toBe(-1);
    await silent.closed();
    expect(await watcher.dataOf("/e")).toBeNull();
    expect(server.metrics.staleSessionsExpired.value).toBe(1);
    expect(server.metrics.nodeDeletedWatchCount.sum).toBe(1);
    const late = await server.client();
    expect(await late.handshake({ sessionId: silent.sessionId, passwd: silent.password })).toMatchObject({
      sessionId: 0n,
    });
  });

  test("outlives a restart, and so does what it wrote", async () => {
    const first = await TestServer.start();
    const client = await first.session();
    await client.errorOf((it) => it.create("/e", CreateMode.Ephemeral));
    await first[Symbol.asyncDispose]();
    await using second = await TestServer.start([], { disk: first.disk });
    const back = await second.session({ sessionId: client.sessionId, passwd: client.password, lastZxidSeen: 2 });
    expect(await back.dataOf("/e")).toBe("x");
  });
});

describe("a stop", () => {
  test("answers what was taken in before it closes", async () => {
    const server = await TestServer.start();
    const client = await server.session();
    client.create("/a");
    await client.until(() => server.server.view.outstandingRequests > 0 || client.received.length > 0).catch(() => {});
    const stopped = server.server[Symbol.asyncDispose]();
    expect((await client.reply()).err).toBe(ErrorCode.Ok);
    await client.closed();
    await stopped;
    await using again = await TestServer.start([], { disk: server.disk });
    const back = await again.session();
    expect(await back.dataOf("/a")).toBe("x");
  });
});

test("children of a node are listed", async () => {
  await using server = await TestServer.start();
  const client = await server.session();
  await client.errorOf((it) => it.create("/a"));
  client.send(OpCode.getChildren, encodeToBuffer(getChildrenRequest, { path: "/", watch: false }));
  expect((await client.reply()).body.int()).toBe(2);
});
