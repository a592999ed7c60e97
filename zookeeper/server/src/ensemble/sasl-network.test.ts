import { encodeToBuffer } from "@branta/foundation-bytes";
import { type Link, ManualClock, type NetworkError, SeededRandom, SimulatedNetwork } from "@branta/foundation-runtime";
import { SaslServer } from "@branta/zookeeper-engine";
import { DigestMd5Client, electionGreeting, quorumAuthPacket } from "@branta/zookeeper-protocol";
import { expect, test } from "vitest";
import { type QuorumSasl, SaslNetwork, saslNetworks } from "./sasl-network.ts";

const PARTIES = { service: "zookeeper-quorum", host: "zk-quorum-sasl-md5" };
const nonce = () => Buffer.alloc(30, 7);

const sasl = (more: { password?: string | null; isRequired?: boolean } = {}): QuorumSasl => {
  const { password = "secret", isRequired = true } = more;
  return {
    newClient: password === null ? null : () => new DigestMd5Client({ user: "geese", password, ...PARTIES, nonce }),
    newServer: () => new SaslServer(new Map([["geese", "secret"]]), { ...PARTIES, nonce }),
    isRequired,
  };
};

/** What became of one end. */
class End {
  readonly link: Link;
  heard = "";
  closed: NetworkError | null | undefined = undefined;
  drains = 0;

  constructor(link: Link) {
    this.link = link;
    link.open({
      onData: (chunk) => (this.heard += chunk.toString("latin1")),
      onClose: (error) => (this.closed = error),
      onDrain: () => this.drains++,
    });
  }

  say(text: string): void {
    this.link.write(Buffer.from(text, "latin1"));
  }
}

async function pass(clock: ManualClock, ms = 30): Promise<void> {
  for (let elapsedMs = 0; elapsedMs < ms; elapsedMs++) {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    clock.advance(1);
  }
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** Two servers that are about to meet; what the one that dials says at once. */
async function meeting(
  dialling: QuorumSasl | null,
  accepting: QuorumSasl | null,
  {
    port = "quorum",
    says = ["hello"],
    seed = 1,
  }: { port?: "quorum" | "election"; says?: string[]; seed?: number } = {},
) {
  const clock = new ManualClock();
  const network = new SimulatedNetwork({ clock, random: new SeededRandom(seed) });
  const wrap = (host: string, sasl: QuorumSasl | null) =>
    sasl === null ? network.host(host) : new SaslNetwork(network.host(host), sasl, port);
  const met: { far?: End } = {};
  const [near, far] = [wrap("a", dialling), wrap("b", accepting)];
  await far.listen({ host: null, port: 1, onLink: (link) => (met.far = new End(link)) });
  const dialled = near.dial({ host: "b", port: 1, timeoutMs: 100 }).then((link) => {
    const end = new End(link);
    for (const text of says) end.say(text);
    return end;
  });
  await pass(clock);
  return { clock, near: await dialled, far: met.far! };
}

const greeting = encodeToBuffer(electionGreeting, { serverId: 3, addresses: ["a:1"] }).toString("latin1");

test("servers that know each other's password talk, and what was said before waits", async () => {
  for (let seed = 0; seed < 20; seed++) {
    const { clock, near, far } = await meeting(sasl(), sasl(), { says: ["hel", "lo"], seed });
    far.say("welcome");
    await pass(clock);
    expect([far.heard, near.heard, near.drains]).toEqual(["hello", "welcome", 1]);
    near.link.close();
    await pass(clock);
    expect([near.closed, far.closed]).toEqual([null, null]);
  }
});

test("on the election port the greeting comes before", async () => {
  for (let seed = 0; seed < 20; seed++) {
    const { clock, near, far } = await meeting(sasl(), sasl(), { port: "election", says: [greeting, "vote"], seed });
    expect(far.heard).toBe(`${greeting}vote`);
    far.say("mine");
    await pass(clock);
    expect(near.heard).toBe("mine");
  }
});

test("who says no more than the greeting is authenticated all the same: the other one is to connect back", async () => {
  const clock = new ManualClock();
  const network = new SimulatedNetwork({ clock, random: new SeededRandom(1) });
  const { electionNetwork } = saslNetworks(network.host("b"), sasl());
  let far: End | null = null;
  await electionNetwork.listen({ host: null, port: 1, onLink: (link) => (far = new End(link)) });
  const dialled = saslNetworks(network.host("a"), sasl()).electionNetwork.dial({ host: "b", port: 1, timeoutMs: 100 });
  await pass(clock, 5);
  const link = await dialled;
  link.write(Buffer.from(greeting, "latin1"));
  link.close();
  await pass(clock);
  expect([far!.heard, far!.closed]).toEqual([greeting, null]);
});

test("who does not know the password is heard of no more", async () => {
  const { near, far } = await meeting(sasl({ password: "guess" }), sasl());
  expect([far.heard, near.heard]).toEqual(["", ""]);
  expect(far.closed).toMatchObject({ code: "insecure", message: expect.stringContaining("does not fit the password") });
  expect(near.closed).toMatchObject({ code: "insecure", message: expect.stringContaining("has refused it") });
});

test("who does not try is sent away where it has to", async () => {
  for (const stranger of [null, sasl({ password: null })]) {
    const { far } = await meeting(stranger, sasl(), { says: ["hello, you"] });
    expect(far.heard).toBe("");
    expect(far.closed).toMatchObject({ code: "insecure", message: expect.stringContaining("must authenticate") });
  }
});

test("where nobody has to, everybody may", async () => {
  const lenient = sasl({ isRequired: false });
  expect((await meeting(null, lenient, { says: ["hello, you"] })).far.heard).toBe("hello, you");
  expect((await meeting(sasl(), lenient)).far.heard).toBe("hello");
  expect((await meeting(sasl({ password: "guess" }), lenient)).near.closed).toMatchObject({ code: "insecure" });
  const { far } = await meeting(null, lenient, { port: "election", says: [greeting + "a first vote"] });
  expect(far.heard).toBe(`${greeting}a first vote`);
});

test("a server that authenticates with one that does not know how is told of the end", async () => {
  const { clock, near, far } = await meeting(sasl(), null);
  expect(far.heard).toHaveLength(16);
  far.link.close();
  await pass(clock);
  expect(near.closed).toMatchObject({ code: "insecure", message: expect.stringContaining("before both had") });
});

test("what is no exchange ends it", async () => {
  const packet = encodeToBuffer(quorumAuthPacket, { status: 0, token: Buffer.alloc(0) });
  const { far } = await meeting(null, sasl(), { says: [packet.toString("latin1").slice(0, 12) + "\x7f\0\0\0"] });
  expect(far.closed).toMatchObject({ message: expect.stringContaining("length of token") });
  const { far: other } = await meeting(null, sasl(), { port: "election", says: ["GET / HTTP/1.1\r\n\r\n"] });
  expect(other.heard).toBe("");
  expect(other.closed).toMatchObject({ code: "insecure" });
});
