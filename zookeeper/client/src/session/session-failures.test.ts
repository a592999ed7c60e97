import { OpCode } from "@branta/zookeeper-protocol";
import { describe, expect, it, vi } from "vitest";
import { type FakeConnection, FakeServer } from "../testing/fake-server.ts";
import { dataBody, statBody } from "../testing/stats.ts";
import { ZooKeeper } from "../zookeeper.ts";
import type { ConnectOptions } from "../connect-options.ts";

const QUICK: ConnectOptions = { backoff: { initialDelayMs: 1, maxDelayMs: 5 }, sessionTimeoutMs: 6_000 };

async function connected(
  server: FakeServer,
  options: ConnectOptions = {},
): Promise<{ zk: ZooKeeper; peer: FakeConnection }> {
  const zk = ZooKeeper.open(server.address, { ...QUICK, ...options });
  const peer = await server.session();
  await zk.connected();
  return { zk, peer };
}

async function goodbye(zk: ZooKeeper, peer: FakeConnection): Promise<void> {
  const closed = zk.close();
  peer.reply((await peer.request()).xid);
  peer.cut();
  await closed;
}

describe("servers that fail", () => {
  it("are left when they are silent for two thirds of the session timeout", async () => {
    await using mute = await FakeServer.start();
    await using other = await FakeServer.start();
    const zk = ZooKeeper.open(`${mute.address},${other.address}`, { ...QUICK, shuffle: false });
    const first = await mute.connection();
    first.answersPings = false;
    await first.grant({ timeoutMs: 300 });
    await first.closed;
    expect(first.pings).toBeGreaterThan(0);
    const peer = await other.session();
    await zk.connected();
    expect(zk.server).toBe(other.address);
    await goodbye(zk, peer);
  });

  it("are pinged and kept while they answer", async () => {
    await using server = await FakeServer.start();
    const zk = ZooKeeper.open(server.address, QUICK);
    const peer = await server.session({ timeoutMs: 300 });
    while (peer.pings < 3) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(zk.state).toBe("connected");
    expect(server.untaken).toBe(0);
    await goodbye(zk, peer);
  });

  it("are left when they do not answer the handshake in time", async () => {
    await using mute = await FakeServer.start();
    await using other = await FakeServer.start();
    const options = { ...QUICK, shuffle: false, connectTimeoutMs: 50 };
    const zk = ZooKeeper.open(`${mute.address},${other.address}`, options);
    const peer = await other.session();
    await zk.connected();
    await goodbye(zk, peer);
  });

  it("are left when they close without a word, as those do that are behind what the client has seen", async () => {
    await using behind = await FakeServer.start();
    await using other = await FakeServer.start();
    const zk = ZooKeeper.open(`${behind.address},${other.address}`, { ...QUICK, shuffle: false });
    const first = await behind.connection();
    await first.handshake();
    first.cut();
    const peer = await other.session();
    await zk.connected();
    await goodbye(zk, peer);
  });

  it("are left when they say that the session has moved", async () => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server);
    const write = zk.set("/a", "1");
    peer.reply((await peer.request()).xid, { errno: -118 });
    await expect(write).rejects.toMatchObject({ code: "SessionMoved", errno: -118 });
    const second = await server.session();
    await zk.connected();
    await goodbye(zk, second);
  });

  it("that are nowhere make connect fail with the reason", async () => {
    const server = await FakeServer.start();
    const { address } = server;
    await server[Symbol.asyncDispose]();
    const connecting = ZooKeeper.connect(address, { ...QUICK, timeoutMs: 50 });
    await expect(connecting).rejects.toMatchObject({ code: "ConnectionLoss" });
    await expect(connecting).rejects.toThrow(address);
  });

  it("without quorum are taken only by who wants them", async () => {
    await using server = await FakeServer.start();
    const zk = ZooKeeper.open(server.address, { ...QUICK, readOnly: true });
    const peer = await server.connection();
    expect(await peer.grant({ readOnly: true, sessionId: 3n })).toMatchObject({ readOnly: true });
    await zk.connected();
    expect(zk.state).toBe("connectedReadOnly");
    const write = zk.set("/a", "1");
    peer.reply((await peer.request()).xid, { errno: -119 });
    await expect(write).rejects.toMatchObject({ code: "NotReadOnly" });
    peer.cut();
    // Meanwhile the client may ask the server whether it has a quorum by now.
    const second = await server.handshaking();
    // A session of a read-only server is unknown to the others.
    expect(await second.grant({ sessionId: 4n })).toMatchObject({ sessionId: 0n });
    await zk.connected();
    await goodbye(zk, second);
  });
});

describe("what must not last for ever", () => {
  it("closing, while a server keeps the connection open after its goodbye", async () => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server);
    const closed = zk.close();
    peer.reply((await peer.expect(OpCode.closeSession)).xid);
    await closed;
    await peer.closed;
  });

  it("closing, while a server does not answer the handshake", async () => {
    await using server = await FakeServer.start();
    const zk = ZooKeeper.open(server.address, { ...QUICK, connectTimeoutMs: 3_600_000 });
    const peer = await server.connection();
    await peer.handshake();
    await zk.close();
    await peer.closed;
  });

  it("closing, while a name is being resolved", async () => {
    const zk = ZooKeeper.open("zoo", { ...QUICK, lookup: () => new Promise(() => {}), connectTimeoutMs: 3_600_000 });
    await zk.close();
    expect(zk.state).toBe("closed");
  });

  it("a lost answer is asked for again also by a process that has run for long", async () => {
    const start = performance.now.bind(performance);
    using _ = vi.spyOn(performance, "now").mockImplementation(() => start() + 3_600_000);
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server);
    const read = zk.get("/a");
    await peer.expect(OpCode.getData);
    peer.cut();
    const second = await server.session();
    second.reply((await second.expect(OpCode.getData)).xid, { body: dataBody("again") });
    expect((await read).data?.toString()).toBe("again");
    await goodbye(zk, second);
  });

  it("a read that breaks every connection it is asked on", async () => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server);
    const read = zk.get("/a").catch((error: unknown) => error);
    let last = peer;
    for (let attempt = 1; attempt <= 5; attempt++) {
      await last.expect(OpCode.getData);
      last.cut();
      last = await server.session();
    }
    expect(await read).toMatchObject({ code: "ConnectionLoss", path: "/a" });
    await zk.connected();
    await goodbye(zk, last);
  });

  it("a read whose answer is too long to take", async () => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server, { maxReplyBytes: 1_000 });
    const read = zk.get("/a");
    peer.reply((await peer.request()).xid, { body: dataBody("x".repeat(1_000)) });
    await expect(read).rejects.toMatchObject({ code: "ConnectionLoss", cause: { code: "ProtocolViolation" } });
    const second = await server.session();
    await zk.connected();
    await goodbye(zk, second);
  });
});

describe("identities", () => {
  it("are shown to every server before anything else", async () => {
    await using server = await FakeServer.start();
    const zk = ZooKeeper.open(server.address, { ...QUICK, auth: [{ scheme: "digest", auth: "u:p" }] });
    const added = zk.addAuth("digest", "v:q");
    const read = zk.exists("/a");
    const peer = await server.session();
    for (let count = 0; count < 2; count++) {
      const { xid } = await peer.expect(OpCode.auth);
      expect(xid).toBe(-4);
      peer.reply(xid);
    }
    await added;
    peer.reply((await peer.expect(OpCode.exists)).xid, { errno: -101 });
    expect(await read).toBeNull();
    peer.cut();
    const second = await server.session();
    await second.expect(OpCode.auth);
    await second.expect(OpCode.auth);
    await zk.connected();
    await goodbye(zk, second);
  });

  it("that are refused end the session for good", async () => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server);
    const added = zk.addAuth("digest", "u:p");
    const read = zk.get("/a").catch((error: unknown) => error);
    peer.reply((await peer.expect(OpCode.auth)).xid, { errno: -115 });
    await expect(added).rejects.toMatchObject({ code: "AuthFailed" });
    expect(await read).toMatchObject({ code: "AuthFailed" });
    expect(zk.state).toBe("authFailed");
    await expect(zk.get("/a")).rejects.toMatchObject({ code: "AuthFailed" });
    await peer.closed;
    await zk.close();
    expect(server.untaken).toBe(0);
  });
});

describe("calls", () => {
  it("are given up when aborted, and their late answers are dropped", async () => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server);
    const controller = new AbortController();
    const call = zk.get("/a", { signal: controller.signal });
    const { xid } = await peer.request();
    controller.abort(new Error("enough"));
    await expect(call).rejects.toMatchObject({ code: "Aborted", path: "/a", cause: controller.signal.reason });
    peer.reply(xid, { body: dataBody("late") });
    const next = zk.get("/b");
    peer.reply((await peer.request()).xid, { body: dataBody("b") });
    expect((await next).data?.toString()).toBe("b");
    await expect(zk.get("/a", { signal: controller.signal })).rejects.toMatchObject({ code: "Aborted" });
    await goodbye(zk, peer);
  });

  it("are given up after their time", async () => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server);
    const call = zk.set("/a", "1", { timeoutMs: 10 });
    await expect(call).rejects.toMatchObject({ code: "OperationTimeout", path: "/a" });
    peer.reply((await peer.request()).xid, { body: statBody() });
    await goodbye(zk, peer);
  });

  it("wait for their turn behind those in flight, and are refused when too many wait", async () => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server, { maxInFlight: 2, maxWaiting: 2 });
    const calls = ["/1", "/2", "/3", "/4"].map((path) => zk.exists(path));
    await expect(zk.exists("/5")).rejects.toMatchObject({ code: "QueueFull" });
    const drained = zk.drained();
    const first = await peer.request();
    const second = await peer.request();
    expect(peer.untaken).toBe(0);
    peer.reply(first.xid, { errno: -101 });
    await drained;
    peer.reply(second.xid, { errno: -101 });
    for (let count = 0; count < 2; count++) peer.reply((await peer.request()).xid, { errno: -101 });
    expect(await Promise.all(calls)).toEqual([null, null, null, null]);
    await goodbye(zk, peer);
  });

  it("that cannot be are refused without asking", async () => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server);
    await expect(zk.get("a")).rejects.toMatchObject({ code: "InvalidArgument", path: "a" });
    await expect(zk.create("/a/../b")).rejects.toMatchObject({ code: "InvalidArgument" });
    await expect(zk.create("/a", null, { ephemeral: true, container: true })).rejects.toThrow("container");
    expect(peer.untaken).toBe(0);
    await goodbye(zk, peer);
  });

  it("are rejected when the client is closed, before and after", async () => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server);
    const call = zk.get("/a").catch((error: unknown) => error);
    await peer.request();
    const closed = zk.close();
    await peer.expect(OpCode.closeSession);
    await expect(zk.get("/b")).rejects.toMatchObject({ code: "Closed" });
    peer.cut();
    await closed;
    expect(await call).toMatchObject({ code: "Closed" });
    await expect(zk.get("/c")).rejects.toMatchObject({ code: "Closed" });
  });

  it("say what was attempted and why it failed", async () => {
    await using server = await FakeServer.start();
    const { zk, peer } = await connected(server);
    const call = zk.set("/a", "1", { version: 3 });
    peer.reply((await peer.request()).xid, { errno: -103 });
    await expect(call).rejects.toThrow('Cannot set "/a": the version is another, wanted version 3 (BadVersion)');
    const odd = zk.delete("/a");
    peer.reply((await peer.request()).xid, { errno: -999 });
    await expect(odd).rejects.toMatchObject({ code: "Unknown", errno: -999 });
    await goodbye(zk, peer);
  });
});
