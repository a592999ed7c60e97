import { EventType, getDataRequest, OpCode, setWatches, setWatches2, Xid } from "@branta/zookeeper-protocol";
import { describe, expect, it } from "vitest";
import type { ConnectOptions } from "../connect-options.ts";
import { type FakeConnection, framed, FakeServer, FAKE_PASSWORD, replyBytes } from "../testing/fake-server.ts";
import { dataBody, statBody } from "../testing/stats.ts";
import { ZooKeeper } from "../zookeeper.ts";
import type { SessionState } from "./session-state.ts";
import type { WatchEvent } from "./watch-registry.ts";

const QUICK: ConnectOptions = { backoff: { initialDelayMs: 1, maxDelayMs: 5 }, sessionTimeoutMs: 6_000 };

/** A client and the server's end of its first connection. */
async function connected(
  server: FakeServer,
  options: ConnectOptions = {},
  grant: Parameters<FakeConnection["grant"]>[0] = {},
): Promise<{ zk: ZooKeeper; peer: FakeConnection }> {
  const zk = ZooKeeper.open(server.address, { ...QUICK, ...options });
  const peer = await server.session(grant);
  await zk.connected();
  return { zk, peer };
}

/** Closes a client against a server that answers closeSession. */
async function goodbye(zk: ZooKeeper, peer: FakeConnection): Promise<void> {
  const closed = zk.close();
  const request = await peer.request();
  peer.reply(request.xid);
  peer.cut();
  await closed;
}

function until(zk: ZooKeeper, wanted: SessionState): Promise<void> {
  if (zk.state === wanted) return Promise.resolve();
  return new Promise((resolve) => {
    const subscription = zk.onState((state) => {
      if (state !== wanted) return;
      subscription[Symbol.dispose]();
      resolve();
    });
  });
}

describe("a session", () => {
  it("asks for a new session and takes what the server grants", async () => {
    await using server = await FakeServer.start();
    const zk = ZooKeeper.open(server.address, QUICK);
    const peer = await server.connection();
    const request = await peer.grant({ timeoutMs: 4_000, sessionId: 7n });
    await zk.connected();
    expect(request).toMatchObject({ sessionId: 0n, timeOut: 6_000, lastZxidSeen: 0, readOnly: false });
    expect(request.passwd).toEqual(Buffer.alloc(16));
    expect(zk.state).toBe("connected");
    expect(zk.session).toEqual({ id: 7n, password: FAKE_PASSWORD });
    expect(zk.sessionTimeoutMs).toBe(4_000);
    expect(zk.server).toBe(server.address);
    await goodbye(zk, peer);
    expect(zk.state).toBe("closed");
  });

  it("continues a session of another process", async () => {
    await using server = await FakeServer.start();
    const session = { id: 9n, password: Buffer.from("fedcba9876543210") };
    const zk = ZooKeeper.open(server.address, { ...QUICK, session });
    const peer = await server.connection();
    const request = await peer.grant();
    expect(request).toMatchObject({ sessionId: 9n, passwd: session.password });
    await zk.connected();
    await goodbye(zk, peer);
  });

  it("tells its states in order", async () => {
    await using server = await FakeServer.start();
    const zk = ZooKeeper.open(server.address, QUICK);
    const seen: SessionState[] = [];
    const reading = (async () => {
      for await (const state of zk.states()) seen.push(state);
    })();
    (await server.session()).cut();
    const peer = await server.session();
    await until(zk, "connected");
    await goodbye(zk, peer);
    await reading;
    expect(seen).toEqual(["connecting", "connected", "suspended", "connected", "closed"]);
  });

  it("comes back with its id, its password and the last zxid it has seen", async () => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server);
    const reading = zk.get("/a");
    peer.reply((await peer.expect(OpCode.getData)).xid, { zxid: 77, body: dataBody("x") });
    await reading;
    peer.cut();
    const second = await server.connection();
    expect(await second.grant()).toMatchObject({ sessionId: 1n, lastZxidSeen: 77, passwd: FAKE_PASSWORD });
    await until(zk, "connected");
    await goodbye(zk, second);
  });

  it("does not take the zxid of an event for its own", async () => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server);
    peer.event(EventType.NodeCreated, "/a", 99);
    const asked = zk.exists("/a");
    peer.reply((await peer.request()).xid, { zxid: 5, body: statBody() });
    await asked;
    expect(zk.lastZxid).toBe(5);
    await goodbye(zk, peer);
  });

  it("reads replies that come byte by byte, and many in one piece", async () => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server);
    const slow = zk.get("/slow");
    const request = await peer.request();
    for (const byte of framed(replyBytes(request.xid, 1, 0, dataBody("drop by drop")))) peer.raw(Buffer.of(byte));
    expect((await slow).data?.toString()).toBe("drop by drop");
    const many = Promise.all(Array.from({ length: 100 }, (_, index) => zk.get(`/${index}`)));
    const replies: Buffer[] = [];
    for (let index = 0; index < 100; index++) {
      const { xid, body } = await peer.request();
      expect(getDataRequest.decode(body).path).toBe(`/${index}`);
      replies.push(framed(replyBytes(xid, 1, 0, dataBody(`value ${index}`))));
    }
    peer.raw(Buffer.concat(replies));
    expect((await many).map(({ data }) => data?.toString())).toEqual(replies.map((_, index) => `value ${index}`));
    await goodbye(zk, peer);
  });

  it("rejects writes whose answer is lost, and asks reads again on the next connection", async () => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server);
    const write = zk.set("/a", "1");
    const read = zk.get("/a");
    await peer.expect(OpCode.setData);
    await peer.expect(OpCode.getData);
    peer.cut();
    await expect(write).rejects.toMatchObject({ code: "ConnectionLoss", path: "/a" });
    const waiting = zk.set("/b", "2");
    const second = await server.session();
    second.reply((await second.expect(OpCode.getData)).xid, { body: dataBody("again") });
    second.reply((await second.expect(OpCode.setData)).xid, { body: statBody({ version: 3 }) });
    expect((await read).data?.toString()).toBe("again");
    expect((await waiting).version).toBe(3);
    await goodbye(zk, second);
  });

  it("rejects reads, too, if it is told not to ask again", async () => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server, { retryReads: false });
    const read = zk.get("/a");
    await peer.request();
    peer.cut();
    await expect(read).rejects.toMatchObject({ code: "ConnectionLoss" });
    const second = await server.session();
    await until(zk, "connected");
    await goodbye(zk, second);
  });

  it("gives up calls that have waited for a connection for the session timeout", async () => {
    const server = await FakeServer.start();
    const { zk, peer } = await connected(server, {}, { timeoutMs: 150 });
    await server[Symbol.asyncDispose]();
    await peer.closed;
    await until(zk, "suspended");
    await expect(zk.set("/a", "1")).rejects.toMatchObject({ code: "ConnectionLoss" });
    await zk.close();
  });

  it("treats an answer to something else as a broken connection", async () => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server);
    const write = zk.delete("/a");
    const { xid } = await peer.request();
    peer.reply(xid + 1);
    await expect(write).rejects.toMatchObject({ code: "ConnectionLoss" });
    await peer.closed;
    const second = await server.session();
    await until(zk, "connected");
    await goodbye(zk, second);
  });

  it.each([
    ["negative", -5],
    ["zero", 0],
    ["beyond the limit", 1_000_000],
  ])("drops a connection whose next frame has a length that is %s", async (_, length) => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server, { maxReplyBytes: 1_000 });
    const prefix = Buffer.alloc(4);
    prefix.writeInt32BE(length);
    peer.raw(prefix);
    await peer.closed;
    const second = await server.session();
    await until(zk, "connected");
    await goodbye(zk, second);
  });

  it("drops a connection that delivers a reply too short to read", async () => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server);
    peer.frame(Buffer.from([0, 0, 0]));
    await peer.closed;
    const second = await server.session();
    await until(zk, "connected");
    await goodbye(zk, second);
  });

  it("says so when the body of a reply cannot be read, and goes on", async () => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server);
    const read = zk.get("/a");
    peer.reply((await peer.request()).xid, { body: Buffer.from([0, 0, 0, 9]) });
    await expect(read).rejects.toMatchObject({ code: "ProtocolViolation", path: "/a" });
    await goodbye(zk, peer);
  });
});

describe("expiry", () => {
  it("ends everything: calls, watches, the signal, the state", async () => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server);
    const alive = zk.sessionSignal;
    const events: WatchEvent[] = [];
    const read = zk.get("/a", { watch: (event) => events.push(event) });
    peer.reply((await peer.request()).xid, { body: dataBody("x") });
    await read;
    peer.cut();
    await until(zk, "suspended");
    const second = await server.connection();
    const waiting = zk.create("/b").catch((error: unknown) => error);
    await second.refuse();
    expect(await waiting).toMatchObject({ code: "SessionExpired", path: "/b" });
    expect(zk.state).toBe("expired");
    expect(events).toEqual([{ type: "lost", path: "/a", reason: "expired" }]);
    expect(alive.aborted).toBe(true);
    await expect(zk.get("/a")).rejects.toMatchObject({ code: "SessionExpired" });
    await zk.close();
  });

  it("is followed by a new session if that is wanted", async () => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server, { onExpiry: "renew" });
    peer.cut();
    await (await server.connection()).refuse();
    const third = await server.connection();
    expect(await third.grant({ sessionId: 2n })).toMatchObject({ sessionId: 0n });
    await until(zk, "connected");
    expect(zk.session?.id).toBe(2n);
    expect(zk.sessionSignal.aborted).toBe(false);
    await goodbye(zk, third);
  });

  it("is seen, too, where a server hands out another session instead of refusing", async () => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server);
    peer.cut();
    await (await server.connection()).grant({ sessionId: 5n });
    await until(zk, "expired");
    await zk.close();
  });

  it("is presumed, for what hangs on the session, when the client is cut off for the session timeout", async () => {
    const server = await FakeServer.start();
    const { zk } = await connected(server, {}, { timeoutMs: 200 });
    const lost = new Promise<void>((resolve) => {
      zk.sessionSignal.addEventListener("abort", () => resolve(), { once: true });
    });
    await server[Symbol.asyncDispose]();
    await lost;
    expect(zk.state).toBe("suspended");
    await zk.close();
  });
});

describe("watches over a reconnect", () => {
  it("are re-armed before anything else is asked, relative to the last zxid", async () => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server);
    const watch = (): void => {};
    const reads = [zk.get("/data", { watch }), zk.exists("/exist", { watch }), zk.children("/child", { watch })];
    peer.reply((await peer.request()).xid, { zxid: 41, body: dataBody("x") });
    peer.reply((await peer.request()).xid, { zxid: 42, errno: -101 });
    const children = Buffer.concat([Buffer.alloc(4), statBody()]);
    peer.reply((await peer.request()).xid, { zxid: 43, body: children });
    await Promise.all(reads);
    peer.cut();
    await until(zk, "suspended");
    const waiting = zk.set("/a", "1");
    const second = await server.session();
    const rearm = await second.expect(OpCode.setWatches);
    expect(rearm.xid).toBe(Xid.setWatches);
    expect(setWatches.decode(rearm.body)).toEqual({
      relativeZxid: 43,
      dataWatches: ["/data"],
      existWatches: ["/exist"],
      childWatches: ["/child"],
    });
    second.reply(rearm.xid);
    second.reply((await second.expect(OpCode.setData)).xid, { body: statBody() });
    await waiting;
    await goodbye(zk, second);
  });

  it("take setWatches2 where there are persistent ones, and begin again with a resync", async () => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server);
    const events = zk.watch("/tree", { recursive: true });
    const armed = events.next();
    peer.reply((await peer.expect(OpCode.addWatch)).xid, { body: Buffer.alloc(4) });
    expect((await armed).value).toEqual({ type: "resync", path: "/tree", reason: "armed" });
    peer.event(EventType.NodeCreated, "/tree/a/b", 12);
    expect((await events.next()).value).toEqual({ type: "created", path: "/tree/a/b", zxid: 12 });
    peer.cut();
    const second = await server.session();
    const rearm = await second.expect(OpCode.setWatches2);
    expect(setWatches2.decode(rearm.body)).toMatchObject({ persistentRecursiveWatches: ["/tree"] });
    expect((await events.next()).value).toEqual({ type: "resync", path: "/tree", reason: "reconnected" });
    const left = events.return?.();
    second.reply((await second.expect(OpCode.removeWatches)).xid);
    await left;
    await goodbye(zk, second);
  });

  it("are asked for anew in a new session", async () => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server, { onExpiry: "renew" });
    const events = zk.watch("/a");
    peer.reply((await peer.expect(OpCode.addWatch)).xid, { body: Buffer.alloc(4) });
    expect((await events.next()).value).toMatchObject({ reason: "armed" });
    peer.cut();
    await (await server.connection()).refuse();
    const third = await server.session({ sessionId: 2n });
    third.reply((await third.expect(OpCode.addWatch)).xid, { body: Buffer.alloc(4) });
    expect((await events.next()).value).toEqual({ type: "resync", path: "/a", reason: "newSession" });
    await goodbye(zk, third);
    expect((await events.next()).done).toBe(true);
  });

  it("end their loops with an error when the session has expired for good", async () => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server);
    const events = zk.watch("/a");
    peer.reply((await peer.expect(OpCode.addWatch)).xid, { body: Buffer.alloc(4) });
    await events.next();
    peer.cut();
    await (await server.connection()).refuse();
    await expect(events.next()).rejects.toMatchObject({ code: "SessionExpired", path: "/a" });
    await zk.close();
  });

  it("drop events and say so when the loop is too slow", async () => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server);
    const events = zk.watch("/a", { maxBuffered: 2 });
    peer.reply((await peer.expect(OpCode.addWatch)).xid, { body: Buffer.alloc(4) });
    await events.next();
    for (let count = 0; count < 3; count++) peer.event(EventType.NodeDataChanged, "/a");
    const read = zk.exists("/a");
    peer.reply((await peer.request()).xid, { body: statBody() });
    await read;
    expect((await events.next()).value).toEqual({ type: "resync", path: "/a", reason: "overflow" });
    await goodbye(zk, peer);
  });
});
