import { Writer } from "@branta/foundation-bytes";
import { type Link, ManualClock, SeededRandom, SimulatedNetwork } from "@branta/foundation-runtime";
import { OPEN_ACL, type QuorumPacket, SnapshotEncoder, writeQuorumPacket } from "@branta/zookeeper-protocol";
import { expect, test } from "vitest";
import { QuorumLinks, type QuorumLinksOptions } from "./quorum-links.ts";

const PORT = 2888;
const hostOf = (id: number) => `host${id}`;
const addressOf = (id: number) => [{ host: hostOf(id), port: PORT }];

/** Servers on hosts of their own; all that is told to each, in order. */
class World {
  readonly clock = new ManualClock();
  readonly network = new SimulatedNetwork({ clock: this.clock, random: new SeededRandom(5) });
  readonly told = new Map<number, string[]>();
  /** What to wait for before more of a snapshot is taken. */
  receiving: () => Promise<void> = () => Promise.resolve();

  async open(id: number, more: Partial<QuorumLinksOptions> = {}): Promise<QuorumLinks> {
    const told: string[] = [];
    this.told.set(id, told);
    return QuorumLinks.open({
      network: this.network.host(hostOf(id)),
      clock: this.clock,
      ownAddresses: addressOf(id),
      servers: new Map([1, 2, 3].map((id) => [id, addressOf(id)])),
      observerPort: 0,
      servesObservers: false,
      listenOnAllIps: false,
      dialLimitMs: 1000,
      bindAttemptsMax: 1,
      packetDataBytesMax: 1_000_000,
      unsentBytesMax: 10_000_000,
      keepAlive: false,
      onAccepted: (link) => told.push(`${link} accepted`),
      onOpened: (link) => told.push(`${link} opened`),
      onClosed: (link, reason) => told.push(`${link} closed: ${reason}`),
      onPacket: (link, packet) => told.push(`${link} ${packet.kind} ${"zxid" in packet ? packet.zxid : ""}`),
      onSnapshot: (link) => this.#receiver(link, told),
      onTurnEnd: () => {},
      onLog: (_level, message) => told.push(message),
      ...more,
    });
  }

  #receiver(link: number, told: string[]) {
    let bytes = 0;
    return {
      write: async (chunk: Buffer) => {
        bytes += chunk.length;
        await this.receiving();
      },
      end: async () => {
        await this.receiving();
        told.push(`${link} snapshot of ${bytes} bytes`);
      },
      abort: () => void told.push(`${link} snapshot aborted`),
    };
  }

  async pass(ms: number): Promise<void> {
    for (let elapsedMs = 0; elapsedMs < ms; elapsedMs++) {
      for (let turn = 0; turn < 30; turn++) await Promise.resolve();
      this.clock.advance(1);
    }
    for (let turn = 0; turn < 30; turn++) await Promise.resolve();
  }

  /** What a server was told since the last time. */
  news(id: number): string[] {
    return this.told.get(id)!.splice(0);
  }

  /** Two servers with a link that is 1 for the first, who dialled, and 2 for the other. */
  async joined(more: Partial<QuorumLinksOptions> = {}): Promise<{ near: QuorumLinks; far: QuorumLinks }> {
    const [near, far] = [await this.open(1), await this.open(2, more)];
    near.dial(1, 2, "quorum");
    await this.pass(20);
    this.told.get(1)!.length = 0;
    this.told.get(2)!.length = 0;
    return { near, far };
  }
}

const ack = (zxid: number): QuorumPacket => ({ kind: "ack", zxid });
const proposal = (zxid: number, length: number): QuorumPacket => ({
  kind: "proposal",
  zxid,
  bytes: Buffer.alloc(length),
});

/** A snapshot of so many nodes of 1000 bytes, and how long it is. */
function snapshot(nodes: number): { chunks: Buffer[]; bytes: number } {
  const encoder = new SnapshotEncoder(100_000, "wire");
  const stat = {
    czxid: 1,
    mzxid: 2,
    ctime: 3,
    mtime: 4,
    version: 5,
    cversion: 6,
    aversion: 7,
    ephemeralOwner: 8n,
    pzxid: 9,
  };
  encoder.begin(new Map([[5n, 30_000]]), new Map([[1, OPEN_ACL]]));
  const chunks: Buffer[] = [];
  for (let at = 0; at < nodes; at++) {
    encoder.node({ path: at === 0 ? "" : `/node${at}`, data: Buffer.alloc(1000), aclId: 1, stat });
    if (encoder.length > 90_000) chunks.push(encoder.take());
  }
  encoder.endNodes();
  chunks.push(encoder.take());
  return { chunks, bytes: chunks.reduce((sum, chunk) => sum + chunk.length, 0) };
}

async function* each(chunks: readonly Buffer[], onPulled: (at: number) => void = () => {}): AsyncGenerator<Buffer> {
  for (const [at, chunk] of chunks.entries()) {
    onPulled(at);
    yield chunk;
  }
}

test("links are numbered evenly where they were accepted, as was asked where they were dialled", async () => {
  const world = new World();
  const [one] = [await world.open(1), await world.open(2)];
  one.dial(1, 2, "quorum");
  one.dial(3, 2, "quorum");
  await world.pass(20);
  expect(world.news(1).toSorted()).toEqual(["1 opened", "3 opened"]);
  expect(world.news(2)).toEqual(["2 accepted", "4 accepted"]);
  expect(one.port).toBe(PORT);
  expect([one.remoteOf(1), one.remoteOf(9)]).toEqual(["host2:2888", null]);
});

test("packets arrive in order, and those of a turn leave as one write", async () => {
  const world = new World();
  const { near, far } = await world.joined();
  for (let zxid = 1; zxid <= 3; zxid++) near.send(1, ack(zxid));
  near.send(1, proposal(4, 100_000));
  near.send(1, proposal(5, 10));
  far.send(2, { kind: "upToDate" });
  expect(near.unsentBytes(1)).toBeGreaterThan(100_000);
  await world.pass(20);
  expect(world.news(2)).toEqual(["2 ack 1", "2 ack 2", "2 ack 3", "2 proposal 4", "2 proposal 5"]);
  expect(world.news(1)).toEqual(["1 upToDate "]);
  expect(near.unsentBytes(1)).toBe(0);
});

test("the turn is told after all packets of a chunk", async () => {
  const world = new World();
  const { near } = await world.joined({ onTurnEnd: () => world.told.get(2)!.push("turn") });
  near.send(1, ack(1));
  near.send(1, ack(2));
  await world.pass(20);
  const news = world.news(2).join().replaceAll("turn,turn", "turn");
  expect(["2 ack 1,2 ack 2,turn", "2 ack 1,turn,2 ack 2,turn"]).toContain(news);
});

test("a server that does not listen is tried five times", async () => {
  const world = new World();
  const one = await world.open(1);
  world.network.host(hostOf(2));
  one.dial(1, 2, "quorum");
  one.dial(3, 9, "quorum");
  await world.pass(2000);
  const news = world.news(1);
  expect(news.filter((line) => line.includes("trying again"))).toHaveLength(4);
  expect(news).toContain("3 closed: cannot connect to server 9: its address must be in the configuration");
  expect(news.at(-1)).toBe('1 closed: cannot connect to server 2: Cannot dial "host2:2888": refused');
  expect(world.clock.nowMs()).toBeGreaterThan(400);
});

test("a server that begins to listen is reached by a later attempt, at its new address", async () => {
  const world = new World();
  const one = await world.open(1, { servers: new Map([[2, addressOf(3)]]) });
  world.network.host(hostOf(3));
  one.dial(1, 2, "quorum");
  await world.pass(150);
  await world.open(2);
  one.configure(new Map([[2, addressOf(2)]]));
  await world.pass(200);
  expect(world.news(1).at(-1)).toBe("1 opened");
});

test("a silent server is given up within the limit", async () => {
  const world = new World();
  const one = await world.open(1);
  await world.open(2);
  world.network.block(hostOf(2), hostOf(1));
  one.dial(1, 2, "quorum");
  await world.pass(999);
  expect(world.news(1)).toEqual([]);
  await world.pass(20);
  expect(world.news(1)).toEqual(['1 closed: cannot connect to server 2: Cannot dial "host2:2888": timeout']);
});

test("whoever gives up dialling hears nothing more", async () => {
  const world = new World();
  const [one] = [await world.open(1), await world.open(2)];
  one.dial(1, 2, "quorum");
  one.close(1);
  await world.pass(50);
  expect([world.news(1), world.news(2)]).toEqual([[], []]);
});

test("what was sent before a link is closed arrives, and its end is told to the other side only", async () => {
  const world = new World();
  const { near, far } = await world.joined();
  near.send(1, ack(1));
  near.close(1);
  near.send(1, ack(2));
  far.send(2, ack(3));
  await world.pass(50);
  expect(world.news(1)).toEqual([]);
  expect(world.news(2)).toEqual(["2 ack 1", "2 closed: the other side ended it"]);
});

test("a link that breaks is told", async () => {
  const world = new World();
  await world.joined();
  world.network.reset(hostOf(1), hostOf(2));
  await world.pass(10);
  expect(world.news(1)).toEqual(['1 closed: Cannot keep the link to "host2:2888": reset']);
  expect(world.news(2).join()).toContain("2 closed: ");
});

test("what is no packet ends the link, what is an unknown one does not", async () => {
  const world = new World();
  await world.open(1);
  const dialled = world.network.host("elsewhere").dial({ host: hostOf(1), port: PORT, timeoutMs: 100 });
  await world.pass(10);
  const link: Link = await dialled;
  const writer = new Writer();
  writeQuorumPacket(writer, ack(1));
  const unknown = writer.take();
  unknown.writeInt32BE(77, 0);
  link.write(unknown, Buffer.from("GET / HTTP/1.1\r\n\r\n"));
  await world.pass(10);
  const news = world.news(1);
  expect(news[1]).toContain("Passed over a packet of unknown type 77");
  expect(news[2]).toMatch(/^2 closed: Cannot read data: length is \d+, must be <= 1000000$/);
});

test("a peer that does not keep up is let go, after the call", async () => {
  const world = new World();
  const { near } = await world.joined();
  const slow = await world.open(3, { unsentBytesMax: 1000 });
  slow.dial(1, 2, "quorum");
  await world.pass(20);
  world.news(3);
  slow.send(1, proposal(1, 2000));
  slow.send(1, proposal(2, 2000));
  expect(world.news(3)).toEqual([]);
  await world.pass(1);
  expect(world.news(3)).toEqual(["1 closed: 2020 bytes wait to be sent to it, must be <= 1000"]);
  expect(near.unsentBytes(1)).toBe(0);
});

test("a snapshot stands between what was sent before and what after it", async () => {
  const world = new World();
  const { near } = await world.joined();
  const { chunks, bytes } = snapshot(2000);
  near.send(1, { kind: "snap", zxid: 7 });
  near.streamSnapshot(1, each(chunks));
  near.send(1, { kind: "newLeader", zxid: 8, configuration: null });
  await world.pass(100);
  near.send(1, ack(9));
  await world.pass(100);
  expect(world.news(2)).toEqual(["2 snap 7", `2 snapshot of ${bytes} bytes`, "2 newLeader 8", "2 ack 9"]);
});

test("a snapshot is made no faster than it is taken", async () => {
  const world = new World();
  const { near } = await world.joined();
  let release = () => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  world.receiving = () => gate;
  const { chunks, bytes } = snapshot(20_000);
  let pulled = 0;
  near.send(1, { kind: "snap", zxid: 7 });
  near.streamSnapshot(
    1,
    each(chunks, () => pulled++),
  );
  near.send(1, ack(8));
  await world.pass(500);
  expect(pulled).toBeLessThan(20);
  release();
  await world.pass(500);
  expect(pulled).toBe(chunks.length);
  expect(world.news(2)).toEqual(["2 snap 7", `2 snapshot of ${bytes} bytes`, "2 ack 8"]);
});

test("half a snapshot is aborted when its link ends, and its source is left", async () => {
  const world = new World();
  const { near, far } = await world.joined();
  let isLeft = false;
  async function* endless(): AsyncGenerator<Buffer> {
    try {
      yield snapshot(500).chunks[0];
      await new Promise((resolve) => world.clock.after(50, () => resolve(null)));
      yield Buffer.alloc(10);
    } finally {
      isLeft = true;
    }
  }
  near.send(1, { kind: "snap", zxid: 7 });
  near.streamSnapshot(1, endless());
  await world.pass(20);
  far.close(2);
  await world.pass(100);
  expect(world.news(2)).toEqual(["2 snap 7", "2 snapshot aborted"]);
  expect(world.news(1)).toEqual(["1 closed: the other side ended it"]);
  expect(isLeft).toBe(true);
});

test("a snapshot that cannot be made, or not be taken, ends the link", async () => {
  const world = new World();
  const { near } = await world.joined();
  async function* failing(): AsyncGenerator<Buffer> {
    yield snapshot(500).chunks[0];
    throw new Error("no such node");
  }
  near.send(1, { kind: "snap", zxid: 7 });
  near.streamSnapshot(1, failing());
  await world.pass(20);
  expect(world.news(1)).toEqual(["1 closed: cannot make the snapshot for it: no such node"]);
  expect(world.news(2)).toEqual(["2 snap 7", "2 snapshot aborted", "2 closed: the other side ended it"]);

  const other = new World();
  const next = await other.joined();
  other.receiving = () => Promise.reject(new Error("disk full"));
  next.near.send(1, { kind: "snap", zxid: 7 });
  next.near.streamSnapshot(1, each(snapshot(10).chunks));
  await other.pass(20);
  expect(other.news(2).at(-1)).toContain("cannot take its snapshot: disk full");
});

test("what comes instead of a snapshot ends the link", async () => {
  const world = new World();
  const { near } = await world.joined();
  near.send(1, { kind: "snap", zxid: 7 });
  near.streamSnapshot(1, each([Buffer.alloc(4, 0xff)]));
  await world.pass(20);
  expect(world.news(2)).toEqual([
    "2 snap 7",
    "2 snapshot aborted",
    expect.stringContaining("number of sessions is -1"),
  ]);
});

test("observers are taken at a port of their own, as long as they are wanted", async () => {
  const world = new World();
  const accepted: string[] = [];
  const master = await world.open(2, {
    observerPort: 2191,
    servesObservers: true,
    onAccepted: (link, port) => accepted.push(`${link} ${port}`),
  });
  const observer = await world.open(1, { observerPort: 2191 });
  observer.dial(1, 2, "observers");
  await world.pass(20);
  observer.dial(3, 2, "quorum");
  await world.pass(20);
  expect(world.news(1)).toEqual(["1 opened", "3 opened"]);
  expect(accepted).toEqual(["2 observers", "4 quorum"]);
  expect(observer.remoteOf(1)).toBe("host2:2191");
  // Nothing to do, then not any more, then again.
  master.serveObservers(true);
  master.serveObservers(false);
  await world.pass(20);
  observer.dial(5, 2, "observers");
  await world.pass(600);
  expect(world.news(1).at(-1)).toBe('5 closed: cannot connect to server 2: Cannot dial "host2:2191": refused');
  master.serveObservers(true);
  await world.pass(20);
  observer.dial(7, 2, "observers");
  await world.pass(20);
  expect(world.news(1)).toEqual(["7 opened"]);
  await observer[Symbol.asyncDispose]();
  await master[Symbol.asyncDispose]();
});

test("an observers' port that cannot be had keeps a server from starting, and is only told later", async () => {
  const world = new World();
  const network = world.network.host(hostOf(2));
  const taken = await network.listen({ host: hostOf(2), port: 2191, onLink: () => {} });
  const settings = { observerPort: 2191, servesObservers: true };
  await expect(world.open(2, settings)).rejects.toThrow("observerMasterPort");
  const master = await world.open(2, { ...settings, servesObservers: false });
  master.serveObservers(true);
  await world.pass(20);
  expect(world.news(2)).toMatchObject([expect.stringContaining("observerMasterPort")]);
  await taken[Symbol.asyncDispose]();
  await master[Symbol.asyncDispose]();
});

test("nothing is open or told after the end", async () => {
  const world = new World();
  const { near } = await world.joined();
  near.dial(3, 2, "quorum");
  await near[Symbol.asyncDispose]();
  await world.pass(20);
  expect(world.news(1)).toEqual([]);
  expect(world.news(2)).toEqual(["2 closed: the other side ended it"]);
  await (await world.open(1))[Symbol.asyncDispose]();
});
