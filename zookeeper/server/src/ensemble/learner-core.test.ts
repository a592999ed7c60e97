import { encodeToBuffer, Reader } from "@branta/foundation-bytes";
import {
  createRequest,
  CreateMode,
  ErrorCode,
  type ForwardedRequest,
  OPEN_ACL,
  OpCode,
  type QuorumPacket,
  sessionPassword,
  syncRequest,
  type Txn,
  txnEntry,
} from "@branta/zookeeper-protocol";
import { describe, expect, test } from "vitest";

import type { RawClient } from "../testing/raw-client.ts";
import { RoleServer } from "../testing/role-server.ts";
import { idleCore } from "./idle-core.ts";
import { LearnerCore } from "./learner-core.ts";

const LEADER = 3;
const LINK = 1;
const EPOCH_ZXID = 5 * 0x1_0000_0000;

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A learner, and what it says to its leader, whom the test plays. */
class Learner implements AsyncDisposable {
  readonly said: QuorumPacket[] = [];
  server!: RoleServer;
  #zxid = EPOCH_ZXID;

  static async open(lines: readonly string[] = []): Promise<Learner> {
    const learner = new Learner();
    const ports = { ask: (question: QuorumPacket) => void learner.said.push(question) };
    learner.server = await RoleServer.open(9, (parts) => new LearnerCore(parts, ports), { lines });
    learner.server.core.start();
    return learner;
  }

  /** The next thing said. */
  async hears<Kind extends QuorumPacket["kind"]>(kind: Kind): Promise<Extract<QuorumPacket, { kind: Kind }>> {
    while (this.said.length === 0) await nextTurn();
    const packet = this.said.shift()!;
    expect(packet.kind).toBe(kind);
    return packet as Extract<QuorumPacket, { kind: Kind }>;
  }

  says(packet: QuorumPacket): void {
    this.server.core.received(LINK, LEADER, packet);
    this.server.core.flush();
  }

  /** Commits a transaction that answers a request, or comes from elsewhere. */
  commit(origin: { sessionId: bigint; cxid: number }, txn: Txn): number {
    const zxid = ++this.#zxid;
    const header = { clientId: origin.sessionId, cxid: origin.cxid, zxid, time: 1, type: txn.type };
    this.server.core.committed({ zxid, bytes: encodeToBuffer(txnEntry, { header, txn, digest: null }) });
    this.server.core.flush();
    return zxid;
  }

  /** A client with a session. */
  async session(): Promise<RawClient> {
    const client = await this.server.client();
    const handshake = client.handshake();
    const request = await this.hears("request");
    this.commit(request, { type: OpCode.createSession, timeOut: 20_000 });
    const answer = (await handshake)!;
    client.sessionId = answer.sessionId;
    client.password = answer.passwd!;
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}

const OTHERS = { sessionId: 0x55n, cxid: 1 };

function creation(path: string, data = "x", ephemeral = false): Txn {
  return { type: OpCode.create, path, data: Buffer.from(data), acl: OPEN_ACL, ephemeral, parentCVersion: -1 };
}

function failure(err: ErrorCode): Txn {
  return { type: OpCode.error, err };
}

describe("a learner's sessions", () => {
  test("are asked for with an id of its own, and begin when the leader has said so", async () => {
    await using learner = await Learner.open();
    const client = await learner.server.client();
    const handshake = client.handshake({ timeOut: 5000 });
    const request = await learner.hears("request");
    expect(request).toMatchObject({ cxid: 0, type: OpCode.createSession, authInfo: [] });
    expect(request.body.toString("hex")).toBe("00001388");
    expect(request.sessionId >> 56n).toBe(9n);
    learner.commit(request, { type: OpCode.createSession, timeOut: 5000 });
    const passwd = sessionPassword(request.sessionId);
    expect(await handshake).toMatchObject({ sessionId: request.sessionId, timeOut: 5000, passwd });
    expect(learner.server.core.sessions.size).toBe(1);
  });

  test("are the leader's to know: it is asked when a client comes back", async () => {
    await using learner = await Learner.open();
    const sessionId = 0x0100_0000_0000_0001n;
    const fields = { sessionId, passwd: sessionPassword(sessionId), timeOut: 4000 };
    const known = await learner.server.client();
    const answer = known.handshake(fields);
    expect(await learner.hears("revalidate")).toEqual({ kind: "revalidate", sessionId, timeoutMs: 4000 });
    learner.says({ kind: "revalidated", sessionId, isValid: true });
    expect(await answer).toMatchObject({ sessionId, timeOut: 4000 });
    known.getData("/zookeeper");
    expect((await known.reply()).err).toBe(ErrorCode.Ok);

    const lost = await learner.server.client();
    const refusal = lost.handshake(fields);
    await learner.hears("revalidate");
    await known.closed();
    learner.says({ kind: "revalidated", sessionId, isValid: false });
    expect(await refusal).toMatchObject({ sessionId: 0n, timeOut: 0 });
    await lost.closed();
    // Nobody waits for this one any more.
    learner.says({ kind: "revalidated", sessionId, isValid: true });
  });

  test("are not asked for with a wrong password", async () => {
    await using learner = await Learner.open();
    const thief = await learner.server.client();
    expect(await thief.handshake({ sessionId: 77n })).toMatchObject({ sessionId: 0n });
    expect(learner.said).toEqual([]);
  });

  test("are the last to ask for them: an earlier connection in the same session is cut", async () => {
    await using learner = await Learner.open();
    const sessionId = 0x0100_0000_0000_0001n;
    const fields = { sessionId, passwd: sessionPassword(sessionId) };
    const first = await learner.server.client();
    void first.handshake(fields);
    await learner.hears("revalidate");
    const second = await learner.server.client();
    const answer = second.handshake(fields);
    await learner.hears("revalidate");
    await first.closed();
    learner.says({ kind: "revalidated", sessionId, isValid: true });
    expect(await answer).toMatchObject({ sessionId });
    learner.says({ kind: "revalidated", sessionId, isValid: true });
    second.getData("/zookeeper");
    expect((await second.reply()).err).toBe(ErrorCode.Ok);
  });

  test("that are heard of are told once, and those of new connections at once", async () => {
    await using learner = await Learner.open();
    const client = await learner.session();
    const touch = { sessionId: client.sessionId, timeoutMs: 20_000 };
    expect(learner.server.core.takeTouches()).toEqual([touch]);
    expect(learner.server.core.takeTouches()).toEqual([]);
    client.send(OpCode.ping);
    await client.reply();
    expect(learner.server.core.takeTouches()).toEqual([touch]);
  });

  test("that the leader ends are cut", async () => {
    await using learner = await Learner.open();
    const client = await learner.session();
    learner.commit({ sessionId: client.sessionId, cxid: 0 }, { type: OpCode.closeSession, paths2Delete: [] });
    await client.closed();
    expect(learner.server.core.takeTouches()).toEqual([]);
  });

  test("that end by themselves get their answer first", async () => {
    await using learner = await Learner.open();
    const client = await learner.session();
    const xid = client.send(OpCode.closeSession);
    const request = await learner.hears("request");
    expect(request).toMatchObject({ sessionId: client.sessionId, cxid: xid, type: OpCode.closeSession });
    learner.commit(request, { type: OpCode.closeSession, paths2Delete: [] });
    expect(await client.reply()).toMatchObject({ xid, err: ErrorCode.Ok });
    await client.closed();
  });
});

describe("a learner's clients", () => {
  test("write by the leader, with their own ids, and read behind it", async () => {
    await using learner = await Learner.open();
    const client = await learner.session();
    const xid = client.create("/a", CreateMode.Persistent, Buffer.from("1"));
    client.getData("/a");
    const request = await learner.hears("request");
    expect(request).toMatchObject({ sessionId: client.sessionId, cxid: xid, type: OpCode.create });
    expect(request.authInfo).toEqual([{ scheme: "ip", id: "127.0.0.1" }]);
    const body = createRequest.decode(new Reader(request.body));
    expect(body).toMatchObject({ path: "/a", data: Buffer.from("1"), flags: 0 });
    expect(learner.server.core.pipeline.outstanding).toBe(1);
    const zxid = learner.commit(request, creation("/a", "1"));
    expect(await client.reply()).toMatchObject({ xid, zxid, err: ErrorCode.Ok });
    const read = await client.reply();
    expect(read).toMatchObject({ xid: xid + 1, zxid, err: ErrorCode.Ok });
    expect(String(read.body.buffer())).toBe("1");
    expect(learner.server.core.pipeline.outstanding).toBe(0);
  });

  test("see what others write, and are told where they watch", async () => {
    await using learner = await Learner.open();
    const client = await learner.session();
    expect(await client.errorOf((it) => it.getData("/a", true))).toBe(ErrorCode.NoNode);
    const mine = client.create("/mine");
    const request = await learner.hears("request");
    learner.commit(OTHERS, { ...(creation("/a") as object), type: OpCode.create2 } as Txn);
    learner.commit(request, creation("/mine"));
    expect((await client.reply()).xid).toBe(mine);
    expect(await client.dataOf("/a")).toBe("x");
  });

  test("are told why the leader refuses", async () => {
    await using learner = await Learner.open();
    const client = await learner.session();
    const xid = client.create("/a");
    const zxid = learner.commit(await learner.hears("request"), failure(ErrorCode.NodeExists));
    expect(await client.reply()).toMatchObject({ xid, zxid, err: ErrorCode.NodeExists });
    expect(learner.server.tree.lastProcessedZxid).toBe(zxid);
  });

  test("are refused here what no server could read", async () => {
    await using learner = await Learner.open();
    const client = await learner.session();
    expect(await client.errorOf((it) => it.send(OpCode.create, Buffer.from("??")))).toBe(ErrorCode.MarshallingError);
    expect(learner.said).toEqual([]);
  });

  test("wait for the leader with sync, in their turn", async () => {
    await using learner = await Learner.open();
    const client = await learner.session();
    const write = client.create("/a");
    const sync = client.send(OpCode.sync, encodeToBuffer(syncRequest, { path: "/a" }));
    const read = client.getData("/a");
    const request = await learner.hears("request");
    expect(await learner.hears("request")).toMatchObject({ cxid: sync, type: OpCode.sync });
    learner.commit(request, creation("/a"));
    expect((await client.reply()).xid).toBe(write);
    learner.says({ kind: "sync" });
    const answer = await client.reply();
    expect([answer.xid, answer.body.string()]).toEqual([sync, "/a"]);
    expect((await client.reply()).xid).toBe(read);
    learner.says({ kind: "sync" });
    expect(learner.server.warnings).toEqual(["Server 3 answers a sync that nobody has asked for"]);
  });

  test("have what they synced for when a later write of theirs is there, and read behind it what was before", async () => {
    await using learner = await Learner.open();
    const client = await learner.session();
    const sync = client.send(OpCode.sync, encodeToBuffer(syncRequest, { path: "/" }));
    const read = client.getData("/a");
    const write = client.create("/a");
    await learner.hears("request");
    const zxid = learner.commit(await learner.hears("request"), creation("/a"));
    expect(await client.reply()).toMatchObject({ xid: sync, zxid: zxid - 1 });
    expect(await client.reply()).toMatchObject({ xid: read, err: ErrorCode.NoNode });
    expect((await client.reply()).xid).toBe(write);
    learner.says({ kind: "sync" });
    expect(await client.dataOf("/a")).toBe("x");
  });

  test("that count anew after a reconnection are not given an earlier write's answer", async () => {
    await using learner = await Learner.open();
    const first = await learner.session();
    first.send(OpCode.create, encodeToBuffer(createRequest, { path: "/a", data: null, acl: OPEN_ACL, flags: 0 }), 1);
    const early = await learner.hears("request");
    const second = await learner.server.client();
    const handshake = second.handshake({ sessionId: first.sessionId, passwd: first.password });
    await learner.hears("revalidate");
    learner.says({ kind: "revalidated", sessionId: first.sessionId, isValid: true });
    await handshake;
    second.send(OpCode.create, encodeToBuffer(createRequest, { path: "/b", data: null, acl: OPEN_ACL, flags: 0 }), 1);
    const late = await learner.hears("request");
    learner.commit(early, creation("/a"));
    learner.commit(late, failure(ErrorCode.NoAuth));
    expect(await second.reply()).toMatchObject({ xid: 1, err: ErrorCode.NoAuth });
  });

  test("whose session has moved are cut: what came of their write, they are told nowhere", async () => {
    await using learner = await Learner.open();
    const client = await learner.session();
    client.create("/a");
    learner.commit(await learner.hears("request"), failure(ErrorCode.SessionMoved));
    expect(await client.nextFrame()).toBeNull();

    const other = await learner.session();
    other.send(OpCode.multi, Buffer.from("ffffffff01ffffffff", "hex"));
    const txns = [{ type: OpCode.error, err: ErrorCode.SessionMoved }] as const;
    learner.commit(await learner.hears("request"), { type: OpCode.multi, txns });
    expect(await other.nextFrame()).toBeNull();
  });

  test("send no more than the server may have outstanding", async () => {
    await using learner = await Learner.open(["globalOutstandingLimit=2"]);
    const client = await learner.session();
    for (const path of ["/a", "/b", "/c"]) client.create(path);
    const requests: ForwardedRequest[] = [await learner.hears("request"), await learner.hears("request")];
    await nextTurn();
    expect(learner.said).toEqual([]);
    // What it says now is not heard, so its silence is no sign of its end.
    const touch = { sessionId: client.sessionId, timeoutMs: 20_000 };
    expect([learner.server.core.takeTouches(), learner.server.core.takeTouches()]).toEqual([[touch], [touch]]);
    learner.commit(requests[0]!, creation("/a"));
    expect(await learner.hears("request")).toMatchObject({ cxid: 3 });
  });
});

describe("a role's end", () => {
  test("cuts all clients, and lets operators have their answers", async () => {
    await using learner = await Learner.open();
    const { server } = learner;
    const client = await learner.session();
    const waiting = await server.client();
    void waiting.handshake();
    await learner.hears("request");
    const operator = await server.client();
    let answer: (text: string) => void = () => {};
    server.fourLetterAnswer = new Promise((resolve) => (answer = resolve));
    operator.socket.write("srvr");
    while (![...server.parts.connections()].some((connection) => connection.isAnswering)) await nextTurn();
    server.become(idleCore);
    await client.closed();
    await waiting.closed();
    answer("later");
    await operator.closed();
    expect(String(operator.received)).toBe("later");
  });

  test("leaves a server that serves nobody and follows what is committed", async () => {
    await using learner = await Learner.open();
    const { server } = learner;
    const { digests } = server.core;
    server.become(idleCore);
    expect(server.core.digests).toBe(digests);
    learner.commit(OTHERS, creation("/a"));
    expect(server.tree.dataAt("/a")).toEqual(Buffer.from("x"));
    const client = await server.client();
    expect(await client.handshake()).toBeNull();
    expect(server.core.isServing).toBe(false);
  });
});

describe("observers that follow this server", () => {
  test("tell of their sessions, which the leader hears of with the server's own", async () => {
    await using learner = await Learner.open();
    const client = await learner.session();
    learner.server.core.takeTouches();
    client.send(OpCode.ping);
    await client.reply();
    learner.says({ kind: "ping", zxid: 1, touched: [{ sessionId: 5n, timeoutMs: 4000 }] });
    learner.says({ kind: "ping", zxid: 1, touched: [{ sessionId: 5n, timeoutMs: 3000 }] });
    expect(learner.server.core.takeTouches()).toEqual([
      { sessionId: client.sessionId, timeoutMs: 20_000 },
      { sessionId: 5n, timeoutMs: 3000 },
    ]);
    expect(learner.server.core.takeTouches()).toEqual([]);
  });

  test("take over clients of its own, whose connections here end", async () => {
    await using learner = await Learner.open();
    const client = await learner.session();
    learner.says({ kind: "revalidate", sessionId: 77n, timeoutMs: 4000 });
    learner.says({ kind: "revalidate", sessionId: client.sessionId, timeoutMs: 4000 });
    await client.closed();
    expect(learner.server.warnings).toEqual([]);
  });
});

test("packets that are no learner's business are told and dropped", async () => {
  await using learner = await Learner.open();
  learner.says({ kind: "upToDate" });
  expect(learner.server.warnings).toEqual(['Ignoring packet "upToDate" of server 3: a learner has no use for it']);
  learner.server.core.synced(1);
});

test("a digest that is not the one foretold is counted", async () => {
  await using learner = await Learner.open();
  const header = { clientId: 1n, cxid: 1, zxid: EPOCH_ZXID + 1, time: 1, type: OpCode.create };
  const entry = { header, txn: creation("/a"), digest: { version: 2, treeDigest: 1n } };
  learner.server.core.committed({ zxid: header.zxid, bytes: encodeToBuffer(txnEntry, entry) });
  expect(learner.server.metrics.digestMismatchesCount.value).toBe(1);
});
