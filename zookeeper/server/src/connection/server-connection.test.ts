import { encodeToBuffer } from "@branta/foundation-bytes";
import { authPacket, CreateMode, ErrorCode, OpCode, Xid } from "@branta/zookeeper-protocol";
import { describe, expect, test } from "vitest";

import { TestServer } from "../testing/test-server.ts";

/** Of a selection key, as Java's. */
const READING = 1;

/** Of a frame that creates "/a", open to the world: all but the data. */
const CREATE_OVERHEAD_BYTES = 49;

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

  test("of any protocol version is answered: servers have never looked at it", async () => {
    await using server = await TestServer.start();
    const client = await server.client();
    expect(await client.handshake({ protocolVersion: 77 })).toMatchObject({ protocolVersion: 0, timeOut: 20_000 });
  });

  test("of an unknown session is refused", async () => {
    await using server = await TestServer.start();
    const client = await server.client();
    expect(await client.handshake({ sessionId: 0x1234n })).toMatchObject({ sessionId: 0n, timeOut: 0 });
    await client.closed();
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

  test("let scheme key compare with the key that lies in the tree", async () => {
    const provider = "org.apache.zookeeper.server.auth.KeyAuthenticationProvider";
    await using server = await TestServer.start([`authProvider.1=${provider}`]);
    const client = await server.session();
    const answer = (token: string): Promise<number> => {
      const packet = encodeToBuffer(authPacket, { type: 0, scheme: "key", auth: Buffer.from(token) });
      return client.errorOf((it) => it.send(OpCode.auth, packet, -4));
    };
    expect(await answer("7")).toBe(ErrorCode.Ok);
    await client.errorOf((it) => it.create("/key", 0, Buffer.from("5")));
    expect(await answer("25")).toBe(ErrorCode.Ok);
    expect(await answer("7")).toBe(ErrorCode.AuthFailed);
  });
});

describe("an event", () => {
  test("comes before the reply to any later request, and before the reply to the write that caused it", async () => {
    await using server = await TestServer.start();
    const client = await server.session();
    const writer = await server.session();
    await client.errorOf((it) => it.create("/a"));
    await client.errorOf((it) => it.getData("/a", true));
    await writer.errorOf((it) => it.setData("/a", Buffer.from("y")));
    const read = client.getData("/a", true);
    const own = client.setData("/a", Buffer.from("z"));
    const answers = [await client.reply(), await client.reply(), await client.reply(), await client.reply()];
    expect(answers.map(({ xid }) => xid)).toEqual([Xid.notification, read, Xid.notification, own]);
    expect(String(answers[1]!.body.buffer())).toBe("y");
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

  test.each([
    ["the length alone", Buffer.from([0, 0, 0, 44])],
    ["half a connect request", Buffer.concat([Buffer.from([0, 0, 0, 44]), Buffer.alloc(20)])],
    ["two bytes", Buffer.from([0, 0])],
  ])("a client that says %s and ends is let go", async (_what, bytes) => {
    await using server = await TestServer.start();
    const client = await server.client();
    client.socket.end(bytes);
    await client.closed();
    expect(client.received).toHaveLength(0);
    const good = await server.session();
    expect(await good.errorOf((it) => it.create("/a"))).toBe(ErrorCode.Ok);
  });

  test.each([
    ["a frame of negative length", Buffer.from([0x80, 0, 0, 0])],
    ["a frame longer than jute.maxbuffer", Buffer.from([0, 0, 0x10, 1])],
    ["text", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
  ])("%s behind good requests ends the connection, not the session", async (_what, bytes) => {
    await using server = await TestServer.start(["jute.maxbuffer=4096"]);
    const client = await server.session();
    await client.errorOf((it) => it.create("/e", CreateMode.Ephemeral));
    client.socket.write(bytes);
    await client.closed();
    const back = await server.session({ sessionId: client.sessionId, passwd: client.password });
    expect(await back.dataOf("/e")).toBe("x");
  });

  test("a frame of just jute.maxbuffer is served, one byte more is not", async () => {
    await using server = await TestServer.start(["jute.maxbuffer=4096"]);
    const client = await server.session();
    const data = Buffer.alloc(4096 - CREATE_OVERHEAD_BYTES, "d");
    expect(await client.errorOf((it) => it.create("/a", 0, data))).toBe(ErrorCode.Ok);
    expect(await client.dataOf("/a")).toHaveLength(data.length);
    client.create("/b", 0, Buffer.concat([data, Buffer.alloc(1)]));
    await client.closed();
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

  test("a four-letter word whose answer needs the disk is answered also to a client that has said its last word", async () => {
    await using server = await TestServer.start(["4lw.commands.whitelist=*"]);
    const client = await server.client();
    client.socket.end("conf");
    await client.closed();
    expect(String(client.received)).toContain("clientPort=");
  });
});

describe("a client that does not read", () => {
  test("is not listened to while others go on, and loses nothing once it reads", async () => {
    await using server = await TestServer.start();
    const client = await server.session();
    await client.errorOf((it) => it.create("/big", 0, Buffer.alloc(500_000, "b")));
    const other = await server.session();
    const [connection] = server.server.ports.connections();
    client.socket.pause();
    const sent: number[] = [];
    // 80 MB, more than both sockets' buffers hold.
    for (let at = 0; at < 160; at++) sent.push(client.getData("/big"));
    while ((connection!.interestOps & READING) !== 0) await nextTurn();
    expect(connection!.stats.packetsReceived).toBeLessThan(sent.length);
    expect(await other.errorOf((it) => it.create("/small"))).toBe(ErrorCode.Ok);
    expect(await other.dataOf("/small")).toBe("x");
    client.socket.resume();
    for (const xid of sent) expect(await client.reply()).toMatchObject({ xid, err: ErrorCode.Ok });
  });
});

describe("limits", () => {
  test("connections of one address: what is too many is closed, and makes room when others go", async () => {
    await using server = await TestServer.start(["maxClientCnxns=2"]);
    const first = await server.session();
    await server.session();
    const third = await server.client();
    expect(await third.handshake()).toBeNull();
    expect(server.metrics.connectionRejected.value).toBe(1);
    first.socket.destroy();
    while (server.server.ports.connectionCount > 1) await nextTurn();
    await server.session();
  });

  test("connections of all addresses", async () => {
    await using server = await TestServer.start(["maxCnxns=1"]);
    await server.session();
    const second = await server.client();
    expect(await second.handshake()).toBeNull();
  });
});

describe("a close", () => {
  test("of a session deletes its ephemeral nodes and nobody else's, and ends the connection behind its answer", async () => {
    await using server = await TestServer.start();
    const client = await server.session();
    const other = await server.session();
    await client.errorOf((it) => it.create("/mine", CreateMode.Ephemeral));
    await other.errorOf((it) => it.create("/theirs", CreateMode.Ephemeral));
    await other.errorOf((it) => it.getData("/mine", true));
    expect(await client.errorOf((it) => it.send(OpCode.closeSession))).toBe(ErrorCode.Ok);
    await client.closed();
    expect((await other.reply()).xid).toBe(Xid.notification);
    expect([await other.dataOf("/mine"), await other.dataOf("/theirs")]).toEqual([null, "x"]);
    expect(server.server.view.globalSessionCount).toBe(1);
  });

  test("of a connection without a word leaves session and ephemeral nodes to the timeout", async () => {
    await using server = await TestServer.start();
    const client = await server.session();
    await client.errorOf((it) => it.create("/e", CreateMode.Ephemeral));
    client.socket.resetAndDestroy();
    while (server.server.ports.connectionCount > 0) await nextTurn();
    const other = await server.session();
    expect(await other.dataOf("/e")).toBe("x");
  });
});
