import { encodeToBuffer, Reader } from "@branta/foundation-bytes";
import type { LogEntry } from "@branta/zookeeper-engine";
import {
  createRequest,
  CreateMode,
  ErrorCode,
  type Id,
  OPEN_ACL,
  OpCode,
  type QuorumPacket,
  sessionPassword,
  syncRequest,
  type TxnEntry,
  txnEntry,
} from "@branta/zookeeper-protocol";
import { describe, expect, test } from "vitest";

import { RoleServer } from "../testing/role-server.ts";
import { LeaderCore } from "./leader-core.ts";

const EPOCH = 5;
const FIRST_ZXID = EPOCH * 0x1_0000_0000 + 1;
/** Two learners' links. */
const A = 2;
const B = 4;
const IDS: readonly Id[] = [{ scheme: "ip", id: "10.0.0.1" }];

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A leader, and what it asks of its ensemble, which the test plays. */
class Leader implements AsyncDisposable {
  readonly proposals: LogEntry[] = [];
  readonly sent: { link: number; packet: QuorumPacket }[] = [];
  readonly tickets: number[] = [];
  readonly syncs: number[] = [];
  readonly resigned: string[] = [];
  hasRoom = true;
  server!: RoleServer;

  static async open(lines: readonly string[] = []): Promise<Leader> {
    const leader = new Leader();
    const ports = {
      propose: (entry: LogEntry) => leader.proposals.push(entry) > 0 && leader.hasRoom,
      syncLearner: (link: number) => void leader.syncs.push(link),
      sync: (ticket: number) => void leader.tickets.push(ticket),
      send: (link: number, packet: QuorumPacket) => void leader.sent.push({ link, packet }),
      resign: (reason: string) => void leader.resigned.push(reason),
    };
    leader.server = await RoleServer.open(3, (parts) => new LeaderCore(parts, ports, EPOCH), { lines });
    leader.server.core.start();
    return leader;
  }

  /** The next transaction proposed, which becomes committed. */
  async commits(): Promise<TxnEntry> {
    while (this.proposals.length === 0) await nextTurn();
    const entry = this.proposals.shift()!;
    this.server.core.committed(entry);
    this.server.core.flush();
    return txnEntry.decode(new Reader(entry.bytes));
  }

  hears(link: number, packet: QuorumPacket): void {
    this.server.core.received(link, link / 2, packet);
    this.server.core.flush();
  }

  request(link: number, type: number, body: Buffer, { sessionId = 1n, cxid = 1 } = {}): void {
    this.hears(link, { kind: "request", sessionId, cxid, type, body, authInfo: IDS });
  }

  /** A learner's client begins a session. */
  async remoteSession(link: number, sessionId: bigint, timeoutMs = 4000): Promise<void> {
    const body = Buffer.alloc(4);
    body.writeInt32BE(timeoutMs);
    this.request(link, OpCode.createSession, body, { sessionId, cxid: 0 });
    await this.commits();
  }

  async session(): Promise<Awaited<ReturnType<RoleServer["session"]>>> {
    const client = this.server.session();
    await this.commits();
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}

function creation(path: string, flags: CreateMode = CreateMode.Persistent): Buffer {
  return encodeToBuffer(createRequest, { path, data: Buffer.from("x"), acl: OPEN_ACL, flags });
}

describe("a leader's own clients", () => {
  test("are answered when a quorum has their writes", async () => {
    await using leader = await Leader.open();
    const client = leader.server.session();
    const session = await leader.commits();
    expect(session.header).toMatchObject({ zxid: FIRST_ZXID, type: OpCode.createSession });
    expect(session.header.clientId >> 56n).toBe(3n);
    const { sessionId } = await client;
    expect(sessionId).toBe(session.header.clientId);
    const xid = (await client).create("/a");
    const write = await leader.commits();
    expect(write.header).toMatchObject({ zxid: FIRST_ZXID + 1, clientId: sessionId, cxid: xid });
    expect(await (await client).reply()).toMatchObject({ xid, zxid: FIRST_ZXID + 1, err: ErrorCode.Ok });
  });

  test("have what they synced for when all that was proposed before is committed", async () => {
    await using leader = await Leader.open();
    const client = await leader.session();
    const sync = client.send(OpCode.sync, encodeToBuffer(syncRequest, { path: "/a" }));
    const read = client.getData("/zookeeper");
    while (leader.tickets.length === 0) await nextTurn();
    leader.server.core.synced(leader.tickets[0]!);
    leader.server.core.flush();
    const answer = await client.reply();
    expect([answer.xid, answer.body.string()]).toEqual([sync, "/a"]);
    expect((await client.reply()).xid).toBe(read);
    // It has its answer already.
    leader.server.core.synced(leader.tickets[0]!);
  });

  test("are not listened to while proposals find no room", async () => {
    await using leader = await Leader.open();
    const client = await leader.session();
    leader.hasRoom = false;
    client.create("/a");
    expect((await leader.commits()).header.cxid).toBe(1);
    await client.reply();
    client.create("/b");
    await nextTurn();
    expect(leader.server.core.pipeline.isSaturated).toBe(true);
    leader.server.core.drained();
    leader.hasRoom = true;
    expect((await leader.commits()).header.cxid).toBe(2);
  });
});

describe("learners' requests", () => {
  test("become transactions in their clients' names and with their rights", async () => {
    await using leader = await Leader.open();
    await leader.remoteSession(A, 1n);
    leader.request(A, OpCode.create, creation("/a", CreateMode.Ephemeral), { cxid: 12 });
    const entry = await leader.commits();
    expect(entry.header).toMatchObject({ clientId: 1n, cxid: 12, type: OpCode.create });
    expect(entry.txn).toMatchObject({ path: "/a", ephemeral: true });
    expect([...leader.server.tree.ephemeralsOf(1n)]).toEqual(["/a"]);
    const own = [{ perms: 31, id: { scheme: "auth", id: "" } }];
    const asMe = encodeToBuffer(createRequest, { path: "/b", data: null, acl: own, flags: 0 });
    const authInfo = [{ scheme: "digest", id: "me:hash" }];
    leader.hears(A, { kind: "request", sessionId: 1n, cxid: 13, type: OpCode.create, body: asMe, authInfo });
    expect((await leader.commits()).txn).toMatchObject({
      acl: [{ perms: 31, id: { scheme: "digest", id: "me:hash" } }],
    });
  });

  test("that fail, or cannot be read, become transactions too: somebody waits for them", async () => {
    await using leader = await Leader.open();
    await leader.remoteSession(A, 1n);
    leader.request(A, OpCode.create, creation("/x/y"));
    expect((await leader.commits()).txn).toEqual({ type: OpCode.error, err: ErrorCode.NoNode });
    leader.request(A, OpCode.create, Buffer.from("??"), { cxid: 8 });
    const unreadable = await leader.commits();
    expect(unreadable.header).toMatchObject({ clientId: 1n, cxid: 8, type: OpCode.error });
    expect(unreadable.txn).toEqual({ type: OpCode.error, err: ErrorCode.MarshallingError });
    leader.request(A, OpCode.check, Buffer.alloc(0));
    expect((await leader.commits()).txn).toEqual({ type: OpCode.error, err: ErrorCode.Unimplemented });
    leader.request(A, OpCode.create, creation("/a"), { sessionId: 99n });
    expect((await leader.commits()).txn).toEqual({ type: OpCode.error, err: ErrorCode.SessionExpired });
  });

  test("are refused where the client has gone to another server", async () => {
    await using leader = await Leader.open();
    await leader.remoteSession(A, 1n);
    leader.hears(B, { kind: "revalidate", sessionId: 1n, timeoutMs: 6000 });
    leader.request(A, OpCode.create, creation("/a"));
    expect((await leader.commits()).txn).toEqual({ type: OpCode.error, err: ErrorCode.SessionMoved });
    leader.request(B, OpCode.create, creation("/a"));
    expect((await leader.commits()).txn.type).toBe(OpCode.create);
    expect(leader.server.core.sessions.get(1n)).toMatchObject({ owner: B, timeoutMs: 6000 });
  });

  test("of sessions from before this leader are taken from whoever asks first", async () => {
    await using leader = await Leader.open();
    const { server } = leader;
    server.tree.sessions.set(1n, 4000);
    const ports = { propose: (entry: LogEntry) => leader.proposals.push(entry) > 0 };
    server.become((parts) => new LeaderCore(parts, { ...NO_PORTS, ...ports }, EPOCH)).start();
    leader.request(B, OpCode.create, creation("/a"));
    expect((await leader.commits()).txn.type).toBe(OpCode.create);
    leader.request(A, OpCode.create, creation("/b"));
    expect((await leader.commits()).txn).toEqual({ type: OpCode.error, err: ErrorCode.SessionMoved });
  });

  test("to close a session are obeyed, wherever they come from", async () => {
    await using leader = await Leader.open();
    await leader.remoteSession(A, 1n);
    leader.request(A, OpCode.create, creation("/a", CreateMode.Ephemeral));
    leader.request(B, OpCode.closeSession, Buffer.alloc(0), { cxid: 2 });
    leader.request(A, OpCode.create, creation("/late"), { cxid: 3 });
    await leader.commits();
    expect((await leader.commits()).txn).toEqual({ type: OpCode.closeSession, paths2Delete: ["/a"] });
    expect((await leader.commits()).txn).toEqual({ type: OpCode.error, err: ErrorCode.SessionExpired });
    expect(leader.server.core.sessions.size).toBe(0);
  });

  test("to sync go to the ensemble", async () => {
    await using leader = await Leader.open();
    leader.request(A, OpCode.sync, encodeToBuffer(syncRequest, { path: "/" }));
    expect(leader.syncs).toEqual([A]);
  });
});

describe("a session that comes to another server", () => {
  test("is valid there when what its client wrote before is committed", async () => {
    await using leader = await Leader.open();
    await leader.remoteSession(A, 1n);
    leader.request(A, OpCode.create, creation("/a"));
    leader.hears(B, { kind: "revalidate", sessionId: 1n, timeoutMs: 4000 });
    leader.request(B, OpCode.create, creation("/b"));
    expect(leader.sent).toEqual([]);
    await leader.commits();
    const packet = { kind: "revalidated", sessionId: 1n, isValid: true };
    expect(leader.sent).toEqual([{ link: B, packet }]);
    leader.hears(A, { kind: "revalidate", sessionId: 77n, timeoutMs: 4000 });
    await leader.commits();
    expect(leader.sent.at(-1)).toEqual({ link: A, packet: { ...packet, sessionId: 77n, isValid: false } });
    expect(leader.server.metrics.revalidateCount.value).toBe(2);
  });

  test("is cut here", async () => {
    await using leader = await Leader.open();
    const client = await leader.session();
    leader.hears(B, { kind: "revalidate", sessionId: client.sessionId, timeoutMs: 4000 });
    await client.closed();
    expect(leader.sent).toHaveLength(1);
  });

  test("is the leader's own when it comes here", async () => {
    await using leader = await Leader.open();
    await leader.remoteSession(A, 1n);
    const client = await leader.server.client();
    expect(await client.handshake({ sessionId: 1n, passwd: sessionPassword(1n) })).toMatchObject({ sessionId: 1n });
    leader.request(A, OpCode.create, creation("/a"));
    expect((await leader.commits()).txn).toEqual({ type: OpCode.error, err: ErrorCode.SessionMoved });
  });
});

describe("sessions expire", () => {
  test("where nobody has heard of them, and not where a learner has", async () => {
    await using leader = await Leader.open();
    await leader.remoteSession(A, 1n, 4000);
    await leader.remoteSession(A, 2n, 4000);
    const { clock } = leader.server;
    for (let tick = 0; tick < 6; tick++) {
      clock.advance(1000);
      await nextTurn();
      leader.hears(A, {
        kind: "ping",
        zxid: 0,
        touched: [
          { sessionId: 2n, timeoutMs: 4000 },
          { sessionId: 9n, timeoutMs: 1 },
        ],
      });
    }
    const { header, txn } = await leader.commits();
    expect([header.clientId, header.cxid, txn.type]).toEqual([1n, 0, OpCode.closeSession]);
    expect(leader.proposals).toEqual([]);
    expect(leader.server.metrics.staleSessionsExpired.value).toBe(1);
  });

  test("not because this process stood still: what learners heard meanwhile is still to come", async () => {
    await using leader = await Leader.open();
    await leader.remoteSession(A, 1n, 4000);
    const { clock } = leader.server;
    clock.advance(8000);
    await nextTurn();
    expect(leader.proposals).toEqual([]);
    for (let tick = 0; tick < 6; tick++) {
      clock.advance(1000);
      await nextTurn();
    }
    expect((await leader.commits()).header.clientId).toBe(1n);
  });
});

const NO_PORTS = { propose: () => true, syncLearner() {}, sync() {}, send() {}, resign() {} };

/** A leader that has given out all but one of its epoch's zxids. */
class LastOfEpoch extends LeaderCore {
  constructor(...args: ConstructorParameters<typeof LeaderCore>) {
    super(...args);
    this.preparer.reset((EPOCH + 1) * 0x1_0000_0000 - 3);
  }
}

test("an epoch's transactions end before its counter does", async () => {
  await using leader = await Leader.open();
  const resigned: string[] = [];
  const ports = {
    ...NO_PORTS,
    propose: (entry: LogEntry) => leader.proposals.push(entry) > 0,
    resign: (reason: string) => void resigned.push(reason),
  };
  leader.server.become((parts) => new LastOfEpoch(parts, ports, EPOCH)).start();
  for (const path of ["/a", "/b", "/c"]) leader.request(A, OpCode.create, creation(path));
  expect(leader.proposals.map(({ zxid }) => zxid.toString(16))).toEqual(["5fffffffe"]);
  expect(resigned).toEqual(["the epoch's transactions are used up: another one must begin"]);
});

test("a leader that is none any more asks nothing of its ensemble", async () => {
  await using leader = await Leader.open();
  const { core } = leader.server;
  const client = await leader.session();
  core[Symbol.dispose]();
  core.pipeline.submit([...leader.server.parts.connections()][0]!, OpCode.sync, 1, Buffer.alloc(4), 0, 4);
  leader.request(A, OpCode.create, creation("/a"));
  leader.request(A, OpCode.sync, encodeToBuffer(syncRequest, { path: "/" }));
  expect([leader.proposals, leader.tickets, leader.syncs]).toEqual([[], [], []]);
  await client.closed();
});

test("what is committed out of turn ends the server", async () => {
  await using leader = await Leader.open();
  leader.request(A, OpCode.create, creation("/a"));
  leader.request(A, OpCode.create, creation("/b"));
  expect(() => leader.server.core.committed(leader.proposals[1]!)).toThrow(/Cannot commit zxid/);
});

test("packets that are no leader's business are told and dropped", async () => {
  await using leader = await Leader.open();
  leader.hears(A, { kind: "upToDate" });
  expect(leader.server.warnings).toEqual(['Ignoring packet "upToDate" of server 1: a leader has no use for it']);
  expect(leader.server.core.takeTouches()).toEqual([]);
});
