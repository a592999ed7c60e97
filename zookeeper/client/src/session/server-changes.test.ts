import { OpCode } from "@branta/zookeeper-protocol";
import { describe, expect, it } from "vitest";
import type { ConnectOptions } from "../connect-options.ts";
import { type FakeConnection, FakeServer } from "../testing/fake-server.ts";
import { dataBody, statBody } from "../testing/stats.ts";
import { ZooKeeper } from "../zookeeper.ts";
import type { SessionState } from "./session-state.ts";

const QUICK: ConnectOptions = {
  backoff: { initialDelayMs: 1, maxDelayMs: 5 },
  sessionTimeoutMs: 6_000,
  shuffle: false,
};

/** Several fake servers that are closed together. */
async function servers(count: number): Promise<FakeServer[] & AsyncDisposable> {
  const all = await Promise.all(Array.from({ length: count }, () => FakeServer.start()));
  const end = async (): Promise<void> => void (await Promise.all(all.map((server) => server[Symbol.asyncDispose]())));
  return Object.assign(all, { [Symbol.asyncDispose]: end });
}

function three(all: readonly FakeServer[]): readonly [FakeServer, FakeServer, FakeServer] {
  return [all[0]!, all[1]!, all.at(-1)!];
}

async function goodbye(zk: ZooKeeper, peer: FakeConnection): Promise<void> {
  const closed = zk.close();
  peer.reply((await peer.expect(OpCode.closeSession)).xid);
  peer.cut();
  await closed;
}

describe("a client that is given other servers", () => {
  it("stays when its server is one of them and they are not more", async () => {
    await using all = await servers(2);
    const zk = ZooKeeper.open(all[0]!.address, QUICK);
    const peer = await all[0]!.session();
    await zk.connected();
    expect(zk.updateServerList(all[0]!.address)).toBe(false);
    const read = zk.get("/a");
    peer.reply((await peer.expect(OpCode.getData)).xid, { body: dataBody("1") });
    await read;
    expect(zk.servers).toEqual([all[0]!.address]);
    await goodbye(zk, peer);
  });

  it("leaves a server that is none of them with its session, its watches, and without losing a call", async () => {
    await using all = await servers(2);
    const zk = ZooKeeper.open(all[0]!.address, QUICK);
    const states: SessionState[] = [];
    zk.onState((state) => states.push(state));
    const old = await all[0]!.session({ sessionId: 7n });
    await zk.connected();
    const watched = zk.get("/watched", { watch: () => {} });
    old.reply((await old.expect(OpCode.getData)).xid, { body: dataBody("1"), zxid: 41 });
    await watched;
    const write = zk.set("/a", "1");
    const { xid } = await old.expect(OpCode.setData);
    expect(zk.updateServerList(all[1]!.address)).toBe(true);
    // Asked while it waits for the answer to the write: goes to the next server.
    const later = zk.get("/b");
    expect(all[1]!.untaken).toBe(0);
    old.reply(xid, { body: statBody(), zxid: 42 });
    await write;
    await old.closed;
    expect(old.untaken).toBe(0);

    const peer = await all[1]!.connection();
    const request = await peer.grant();
    expect(request).toMatchObject({ sessionId: 7n, lastZxidSeen: 42 });
    expect(request.passwd?.toString()).toBe("0123456789abcdef");
    peer.reply((await peer.expect(OpCode.setWatches)).xid);
    peer.reply((await peer.expect(OpCode.getData)).xid, { body: dataBody("2") });
    expect((await later).data?.toString()).toBe("2");
    expect(states).toEqual(["connected", "suspended", "connected"]);
    expect(zk.server).toBe(all[1]!.address);
    await goodbye(zk, peer);
  });

  it("goes to one of the newcomers when chance wants it, and tries them before the known ones", async () => {
    await using all = await servers(3);
    const [first, second, third] = three(all);
    const zk = ZooKeeper.open(first.address, { ...QUICK, random: () => 0 });
    const old = await first.session();
    await zk.connected();
    expect(zk.updateServerList(all.map(({ address }) => address).join(","))).toBe(true);
    // The first newcomer is behind what the client has seen, and closes without a word.
    const behind = await second.connection();
    await behind.handshake();
    behind.cut();
    const peer = await third.session();
    await zk.connected();
    expect([zk.server, zk.state]).toEqual([third.address, "connected"]);
    await old.closed;
    await goodbye(zk, peer);
  });

  it("does not wait for ever for the answers of the old server", async () => {
    await using all = await servers(2);
    const zk = ZooKeeper.open(all[0]!.address, QUICK);
    const old = await all[0]!.session({ timeoutMs: 300 });
    await zk.connected();
    const write = zk.set("/a", "1").catch((error: unknown) => error);
    await old.expect(OpCode.setData);
    zk.updateServerList(all[1]!.address);
    expect(await write).toMatchObject({ code: "ConnectionLoss" });
    const peer = await all[1]!.session();
    await zk.connected();
    await goodbye(zk, peer);
  });

  it("leaves a server that took it while the servers changed", async () => {
    await using all = await servers(2);
    const zk = ZooKeeper.open(all[0]!.address, QUICK);
    const old = await all[0]!.connection();
    await old.handshake();
    expect(zk.updateServerList(all[1]!.address)).toBe(true);
    old.answerHandshake(6_000, 5n, false);
    await old.closed;
    const peer = await all[1]!.connection();
    expect(await peer.grant()).toMatchObject({ sessionId: 5n });
    await zk.connected();
    await goodbye(zk, peer);
  });

  it("is told of lists that are none, and of a chroot that would change", async () => {
    await using all = await servers(1);
    const zk = ZooKeeper.open(`${all[0]!.address}/app`, QUICK);
    const peer = await all[0]!.session();
    await zk.connected();
    expect(() => zk.updateServerList("")).toThrow("InvalidArgument");
    expect(() => zk.updateServerList("zoo1/other")).toThrow('the chroot must stay "/app", not become "/other"');
    expect(zk.updateServerList(`${all[0]!.address}/app`)).toBe(false);
    await goodbye(zk, peer);
  });
});

describe("a client on a read-only server", () => {
  it("leaves it for one with a quorum, with the session that it had before, and loses no read by it", async () => {
    await using all = await servers(2);
    const [readOnly, other] = three(all);
    const addresses = `${readOnly.address},${other.address}`;
    const zk = ZooKeeper.open(addresses, { ...QUICK, readOnly: true, random: () => 0, connectTimeoutMs: 2_000 });
    const first = await readOnly.connection();
    await first.grant({ readOnly: true, sessionId: 3n });
    await zk.connected();
    expect(zk.state).toBe("connectedReadOnly");
    const read = zk.get("/a");
    const { xid } = await first.expect(OpCode.getData);
    // The search asks the servers in turn; the read-only one first.
    const asked = await readOnly.connection();
    expect(await asked.word()).toBe("isro");
    asked.raw(Buffer.from("ro"));
    asked.cut();
    const found = await other.connection();
    expect(await found.word()).toBe("isro");
    found.raw(Buffer.from("rw"));
    found.cut();
    first.reply(xid, { body: dataBody("1") });
    await read;
    await first.closed;
    const peer = await other.connection();
    expect(await peer.grant({ sessionId: 4n })).toMatchObject({ sessionId: 0n });
    await zk.connected();
    expect(zk.state).toBe("connected");
    await goodbye(zk, peer);
  });
});

describe("a client that follows the configuration", () => {
  const line = (id: number, address: string): string => `server.${id}=127.0.0.1:2888:3888:participant;${address}`;

  it("takes the servers it names, and each change of them", async () => {
    await using all = await servers(3);
    const [first, second, third] = three(all);
    const zk = ZooKeeper.open(`${first.address}/chroot`, { ...QUICK, followConfig: true, random: () => 0.99 });
    const peer = await first.session();
    const read = await peer.expect(OpCode.getData);
    expect([read.body.string(), read.body.bool()]).toEqual(["/zookeeper/config", true]);
    const two = `${line(1, first.address)}\n${line(2, second.address)}\nversion=100000000`;
    peer.reply(read.xid, { body: dataBody(two) });
    while (zk.servers.length < 2) await new Promise(setImmediate);
    expect(zk.servers).toEqual([first.address, second.address]);
    expect(zk.server).toBe(first.address);

    // The first server leaves the ensemble: so does the client, to the one that has come for it.
    peer.event(3, "/zookeeper/config", 50);
    const again = await peer.expect(OpCode.getData);
    const next = `${line(2, second.address)}\n${line(3, third.address)}\nversion=100000005`;
    peer.reply(again.xid, { body: dataBody(next) });
    await peer.closed;
    const newPeer = await third.session();
    await newPeer.expect(OpCode.setWatches);
    await zk.connected();
    expect(zk.servers).toEqual([second.address, third.address]);
    await goodbye(zk, newPeer);
  });

  it("does not take an older one from a server that is behind, nor one that does not say where clients are served", async () => {
    await using all = await servers(2);
    const [first, second] = three(all);
    const zk = ZooKeeper.open(first.address, { ...QUICK, followConfig: true, random: () => 0.99 });
    const peer = await first.session();
    const texts = [
      `${line(1, first.address)}\nversion=5`,
      `${line(2, second.address)}\nversion=4`,
      `server.1=127.0.0.1:2888:3888:participant\nversion=6`,
    ];
    for (const text of texts) {
      peer.reply((await peer.expect(OpCode.getData)).xid, { body: dataBody(text) });
      peer.event(3, "/zookeeper/config", 50);
    }
    await peer.expect(OpCode.getData);
    expect(zk.servers).toEqual([first.address]);
    peer.cut();
    const later = await first.session();
    later.reply((await later.expect(OpCode.getData)).xid, { body: dataBody(texts[0]!) });
    await goodbye(zk, later);
  });

  it("asks again in the next session, and after a failure on the next connection", async () => {
    await using server = await FakeServer.start();
    const zk = ZooKeeper.open(server.address, { ...QUICK, followConfig: true, onExpiry: "renew" });
    const first = await server.session();
    first.reply((await first.expect(OpCode.getData)).xid, { errno: -101 });
    const again = zk.exists("/a");
    first.reply((await first.expect(OpCode.exists)).xid, { errno: -101 });
    await again;
    first.cut();
    const second = await server.session();
    second.reply((await second.expect(OpCode.getData)).xid, { body: dataBody("version=1") });
    await zk.connected();
    second.cut();
    await (await server.connection()).refuse();
    const third = await server.session();
    await third.expect(OpCode.getData);
    third.reply(1, { body: dataBody("version=1") });
    await goodbye(zk, third);
  });
});
