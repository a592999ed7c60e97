import { encodeToBuffer } from "@branta/foundation-bytes";
import { authPacket, CreateMode, ErrorCode, getChildrenRequest, OpCode } from "@branta/zookeeper-protocol";
import { describe, expect, test } from "vitest";

import { TestServer } from "../testing/test-server.ts";

/** Of a selection key, as Java's. */
const READING = 1;

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("a handshake", () => {
  test("negotiates the timeout, and answers old clients in their own length", async () => {
    await using server = await TestServer.start();
    const modern = await server.client();
    expect(await modern.handshake({ timeOut: 1 })).toMatchObject({ timeOut: 2000, readOnlyPresent: true });
    const old = await server.client();
    expect(await old.handshake({ timeOut: 999_999, readOnlyPresent: false })).toMatchObject({
      timeOut: 20_000,
      readOnlyPresent: false,
    });
    expect(server.server.view.globalSessionCount).toBe(2);
  });

  test("gives the session to who knows its password, and cuts its older connection", async () => {
    await using server = await TestServer.start();
    const first = await server.session();
    const second = await server.client();
    const answer = await second.handshake({ sessionId: first.sessionId, passwd: first.password });
    expect(answer).toMatchObject({ sessionId: first.sessionId });
    await first.closed();
    expect(await second.errorOf((client) => client.create("/a"))).toBe(ErrorCode.Ok);
  });

  test("with a wrong password is refused and leaves the live connection alone", async () => {
    await using server = await TestServer.start();
    const owner = await server.session();
    const thief = await server.client();
    const answer = await thief.handshake({ sessionId: owner.sessionId, passwd: Buffer.alloc(16, 7) });
    expect(answer).toMatchObject({ sessionId: 0n, timeOut: 0 });
    await thief.closed();
    expect(await owner.errorOf((client) => client.create("/a"))).toBe(ErrorCode.Ok);
  });

  test("of a client that has seen more than this server ends without an answer", async () => {
    await using server = await TestServer.start();
    const client = await server.client();
    expect(await client.handshake({ lastZxidSeen: 999 })).toBeNull();
  });
});

describe("requests of one client", () => {
  test("are answered in their order: reads see the writes before them", async () => {
    await using server = await TestServer.start();
    const client = await server.session();
    client.socket.cork();
    const sent = [
      client.create("/a"),
      client.getData("/a"),
      client.setData("/a", Buffer.from("y")),
      client.getData("/a"),
    ];
    client.socket.uncork();
    const replies = [await client.reply(), await client.reply(), await client.reply(), await client.reply()];
    expect(replies.map(({ xid, err }) => [xid, err])).toEqual(sent.map((xid) => [xid, ErrorCode.Ok]));
    expect([String(replies[1]!.body.buffer()), String(replies[3]!.body.buffer())]).toEqual(["x", "y"]);
  });

  test("that it does not wait for are answered also after it has said its last word", async () => {
    await using server = await TestServer.start();
    const client = await server.session();
    await client.errorOf((it) => it.create("/a"));
    client.getData("/a");
    client.socket.end();
    expect((await client.reply()).err).toBe(ErrorCode.Ok);
    await client.closed();
  });

  test("of an unknown operation end the connection, with an answer", async () => {
    await using server = await TestServer.start();
    const client = await server.session();
    expect(await client.errorOf((it) => it.send(7777))).toBe(ErrorCode.Unimplemented);
    await client.closed();
  });

  test("fail the connection where authentication fails", async () => {
    await using server = await TestServer.start();
    const client = await server.session();
    const packet = encodeToBuffer(authPacket, { type: 0, scheme: "no-such-scheme", auth: Buffer.from("x") });
    expect(await client.errorOf((it) => it.send(OpCode.auth, packet, -4))).toBe(ErrorCode.AuthFailed);
    await client.closed();
    expect(server.server.view.stats.authFailedCount).toBe(1);
  });
});

describe("hostile bytes", () => {
  test.each([
    ["a frame longer than jute.maxbuffer", Buffer.from([0x7f, 0xff, 0xff, 0xff])],
    ["a frame of negative length", Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2, 3])],
    ["a first frame that is no connect request", Buffer.from([0, 0, 0, 3, 1, 2, 3])],
  ])("%s ends the connection and nothing else", async (_what, bytes) => {
    await using server = await TestServer.start();
    const good = await server.session();
    const bad = await server.client();
    bad.socket.write(bytes);
    await bad.closed();
    expect(await good.errorOf((client) => client.create("/a"))).toBe(ErrorCode.Ok);
  });

  test("a request shorter than its header ends the connection", async () => {
    await using server = await TestServer.start();
    const client = await server.session();
    client.frame(Buffer.from([0, 0, 0]));
    await client.closed();
  });

  test("a body that ends too soon is answered with an error", async () => {
    await using server = await TestServer.start();
    const client = await server.session();
    expect(await client.errorOf((it) => it.send(OpCode.getData, Buffer.from([0, 0])))).toBe(ErrorCode.MarshallingError);
  });

  test("a four-letter word may come in pieces", async () => {
    await using server = await TestServer.start(["4lw.commands.whitelist=*"]);
    const client = await server.client();
    client.socket.write("ru");
    await nextTurn();
    client.socket.write("ok");
    await client.closed();
    expect(String(client.received)).toBe("imok");
  });
});

describe("a client that does not read", () => {
  test("is not listened to while others go on, and loses nothing once it reads", async () => {
    await using server = await TestServer.start();
    const client = await server.session();
    await client.errorOf((it) => it.create("/big", 0, Buffer.alloc(500_000, "b")));
    const other = await server.session();
    const [connection] = server.server.openConnections();
    client.socket.pause();
    const sent: number[] = [];
    // More than both sockets' buffers hold.
    for (let at = 0; at < 60; at++) sent.push(client.getData("/big"));
    while ((connection!.interestOps & READING) !== 0) await nextTurn();
    expect(await other.errorOf((it) => it.create("/small"))).toBe(ErrorCode.Ok);
    expect(await other.dataOf("/small")).toBe("x");
    client.socket.resume();
    for (const xid of sent) expect(await client.reply()).toMatchObject({ xid, err: ErrorCode.Ok });
  });
});

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
