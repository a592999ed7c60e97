import { encodeToBuffer, Writer } from "@branta/foundation-bytes";
import { type Link, ManualClock, type Network, SeededRandom, SimulatedNetwork } from "@branta/foundation-runtime";
import { electionGreeting, ElectionStream, type Notification, notification } from "@branta/zookeeper-protocol";
import { expect, test } from "vitest";
import { ElectionLinks, type ElectionLinksOptions } from "./election-links.ts";

const PORT = 3888;
const hostOf = (id: number) => `host${id}`;
const addressOf = (id: number) => [{ host: hostOf(id), port: PORT }];
const addresses = (...ids: number[]) => new Map(ids.map((id) => [id, addressOf(id)]));

const vote = (leader: number, round = 1): Notification => ({
  state: "looking",
  leader,
  zxid: 0,
  electionEpoch: round,
  peerEpoch: 0,
  configuration: "version=0",
});

/** Servers on hosts of their own, and what each was told: "from:leader". */
class World {
  readonly clock = new ManualClock();
  readonly network = new SimulatedNetwork({ clock: this.clock, random: new SeededRandom(3) });
  readonly told = new Map<number, string[]>();
  /** Who could not be reached by whom: "by:server". */
  readonly missing: string[] = [];
  readonly logged: string[] = [];

  async open(id: number, more: Partial<ElectionLinksOptions> = {}): Promise<ElectionLinks> {
    this.told.set(id, []);
    return ElectionLinks.open({
      network: this.network.host(hostOf(id)),
      clock: this.clock,
      serverId: id,
      ownAddresses: addressOf(id),
      servers: addresses(1, 2, 3),
      listenOnAllIps: false,
      multiAddress: false,
      connectTimeoutMs: 100,
      greetingTimeoutMs: 50,
      bindAttemptsMax: 1,
      keepAlive: false,
      onNotification: (from, { leader }) => this.told.get(id)!.push(`${from}:${leader}`),
      onUnreachable: (server) => this.missing.push(`${id}:${server}`),
      onLog: (_level, message) => this.logged.push(message),
      ...more,
    });
  }

  async pass(ms: number): Promise<void> {
    for (let elapsedMs = 0; elapsedMs < ms; elapsedMs++) {
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      this.clock.advance(1);
    }
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  }

  /** What a server was told since the last time. */
  news(id: number): string[] {
    return this.told.get(id)!.splice(0);
  }
}

/** A peer by hand: says what it is told to and keeps what it hears. */
class Stranger {
  readonly heard: string[] = [];
  isClosed = false;
  readonly link: Link;

  constructor(link: Link, isAccepted = false) {
    this.link = link;
    const stream = new ElectionStream(isAccepted);
    link.open({
      onData: (chunk) => {
        stream.push(chunk);
        for (let event = stream.next(); event !== null; event = stream.next()) {
          if (event.kind === "greeting")
            this.heard.push(`${event.greeting.serverId} ${event.greeting.addresses.join()}`);
          if (event.kind === "notification") this.heard.push(`vote ${event.notification.leader}`);
        }
      },
      onClose: () => (this.isClosed = true),
    });
  }

  static async dial(world: World, network: Network, id: number): Promise<Stranger> {
    const dialled = network.dial({ host: hostOf(id), port: PORT, timeoutMs: 100 });
    await world.pass(10);
    return new Stranger(await dialled);
  }

  greet(serverId: number | null, ...addresses: string[]): void {
    this.link.write(encodeToBuffer(electionGreeting, { serverId, addresses }));
  }

  say(vote: Notification): void {
    const writer = new Writer();
    writer.buffer(encodeToBuffer(notification, vote));
    this.link.write(writer.take());
  }
}

test("votes get to every server, whoever connects first, and to oneself", async () => {
  const world = new World();
  const links = new Map<number, ElectionLinks>();
  for (const id of [1, 2, 3]) links.set(id, await world.open(id));
  for (const [from, link] of links) for (const to of [1, 2, 3]) link.notify(to, vote(from));
  await world.pass(50);
  for (const id of [1, 2, 3]) expect(new Set(world.news(id))).toEqual(new Set(["1:1", "2:2", "3:3"]));
  // The connections that came out of it go on.
  links.get(1)!.notify(3, vote(7));
  links.get(3)!.notify(1, vote(8));
  await world.pass(10);
  expect([world.news(1), world.news(3)]).toEqual([["3:8"], ["1:7"]]);
});

test("the newest vote takes the place of older ones while a server cannot be reached", async () => {
  const world = new World();
  const one = await world.open(1);
  world.network.host(hostOf(2));
  for (const leader of [4, 5, 6]) one.notify(2, vote(leader));
  await world.pass(200);
  await world.open(2);
  one.reconnect([1, 2]);
  await world.pass(50);
  expect(world.news(2)).toEqual(["1:6"]);
});

test("the last vote is sent again on a new connection", async () => {
  const world = new World();
  const one = await world.open(1);
  const two = await world.open(2);
  one.notify(2, vote(1));
  two.notify(1, vote(2));
  await world.pass(50);
  world.network.reset(hostOf(1), hostOf(2));
  await world.pass(10);
  expect(world.logged.join()).toContain("Election connection with server 2 ended");
  world.news(1);
  world.news(2);
  one.reconnect([2]);
  await world.pass(50);
  expect([world.news(1), world.news(2)]).toEqual([["2:2"], ["1:1"]]);
});

test("a restarted server's connection takes the place of the old one", async () => {
  const world = new World();
  const one = await world.open(1);
  const two = await world.open(2);
  two.notify(1, vote(2));
  await world.pass(20);
  world.network.switchOff(hostOf(2));
  world.network.switchOn(hostOf(2));
  const again = await world.open(2);
  again.notify(1, vote(9));
  await world.pass(20);
  one.notify(2, vote(8));
  await world.pass(20);
  expect(world.news(1)).toEqual(["2:2", "2:9"]);
  expect(world.news(2)).toEqual(["1:8"]);
});

test("a smaller server's connection is closed, and it is connected to where it says it is", async () => {
  const world = new World();
  const links = await world.open(5, { servers: addresses(5) });
  const network = world.network.host("elsewhere");
  let back: Stranger | null = null;
  await network.listen({ host: null, port: 77, onLink: (link) => (back = new Stranger(link, true)) });
  const stranger = await Stranger.dial(world, network, 5);
  stranger.greet(4, "0.0.0.0:78", "elsewhere:77");
  await world.pass(20);
  expect(stranger.isClosed).toBe(true);
  expect(back!.heard).toEqual(["5 host5:3888"]);
  links.notify(4, vote(5));
  back!.say(vote(4));
  await world.pass(20);
  expect(back!.heard).toEqual(["5 host5:3888", "vote 5"]);
  expect(world.news(5)).toEqual(["4:4"]);
});

test("observers without an id get one", async () => {
  const world = new World();
  const links = await world.open(1);
  const network = world.network.host("elsewhere");
  const backs: Stranger[] = [];
  await network.listen({ host: null, port: 77, onLink: (link) => backs.push(new Stranger(link, true)) });
  for (const _ of [1, 2]) (await Stranger.dial(world, network, 1)).greet(null, "elsewhere:77");
  await world.pass(20);
  for (const [at, back] of backs.entries()) back.say(vote(at));
  await world.pass(20);
  expect(world.news(1)).toEqual(["-1:0", "-2:1"]);
  links.notify(-2, vote(1));
  await world.pass(20);
  expect(backs[1].heard).toEqual(["1 host1:3888", "vote 1"]);
  backs[1].link.close();
  await world.pass(20);
  links.notify(-2, vote(1));
});

test("several addresses are told where that is allowed, and any of them will do", async () => {
  const world = new World();
  world.network.host(hostOf(2));
  const network = world.network.host("host2b");
  const heard: Stranger[] = [];
  await network.listen({ host: null, port: PORT, onLink: (link) => heard.push(new Stranger(link, true)) });
  const links = await world.open(4, {
    ownAddresses: [...addressOf(4), { host: "host4b", port: PORT }],
    listenOnAllIps: true,
    multiAddress: true,
    servers: new Map([[2, [...addressOf(2), { host: "host2b", port: PORT }]]]),
  });
  links.notify(2, vote(4));
  await world.pass(50);
  expect(heard[0].heard).toEqual(["4 host4:3888,host4b:3888", "vote 4"]);
});

test("what says nothing, or something else, is sent away", async () => {
  const world = new World();
  await world.open(1);
  const network = world.network.host("elsewhere");
  const strangers: Stranger[] = [];
  for (let at = 0; at < 6; at++) strangers.push(await Stranger.dial(world, network, 1));
  strangers[1].link.write(Buffer.from("GET / HTTP/1.1\r\n\r\n"));
  strangers[2].greet(1, "elsewhere:77");
  strangers[3].greet(-5, "elsewhere:77");
  strangers[4].greet(7, "nonsense");
  strangers[5].greet(7, "elsewhere:77");
  strangers[5].link.write(Buffer.from([0x7f, 0, 0, 0]));
  await world.pass(60);
  expect(strangers.map((stranger) => stranger.isClosed)).toEqual(Array.from({ length: 6 }, () => true));
  const logged = world.logged.join("\n");
  for (const reason of [
    "it said nothing",
    "Cannot use server id",
    "our own id",
    "its id is -5",
    '"nonsense"',
    "length is",
  ])
    expect(logged).toContain(reason);
});

test("a vote that cannot be read is passed over", async () => {
  const world = new World();
  await world.open(1);
  const stranger = await Stranger.dial(world, world.network.host("elsewhere"), 1);
  stranger.greet(7, "elsewhere:77");
  stranger.link.write(Buffer.from([0, 0, 0, 1, 9]));
  stranger.say(vote(3));
  await world.pass(10);
  expect(world.news(1)).toEqual(["7:3"]);
  expect(world.logged.join()).toContain("Passed over what server 7 sent");
});

test("addresses may change", async () => {
  const world = new World();
  const one = await world.open(1, { servers: addresses(1) });
  await world.open(2);
  one.notify(2, vote(1));
  await world.pass(20);
  expect(world.logged.join()).toContain("server 2: it must be in the configuration");
  one.configure(addresses(1, 2));
  one.reconnect([2]);
  await world.pass(50);
  expect(world.news(2)).toEqual(["1:1"]);
});

test("a port that is taken is tried for again, and given up in the end", async () => {
  const world = new World();
  const taken = await world.network.host(hostOf(1)).listen({ host: null, port: PORT, onLink: () => {} });
  const opening = world.open(1, { bindAttemptsMax: 3 });
  await world.pass(1500);
  await taken[Symbol.asyncDispose]();
  await world.pass(1000);
  const links = await opening;
  expect(links.port).toBe(PORT);
  const failing = world.open(1, { bindAttemptsMax: 2 });
  failing.catch(() => {});
  await world.pass(3000);
  await expect(failing).rejects.toMatchObject({ name: "ListenError" });
});

test("nothing is told, logged or open after the end", async () => {
  const world = new World();
  const one = await world.open(1);
  const two = await world.open(2);
  two.notify(1, vote(2));
  const stranger = await Stranger.dial(world, world.network.host("elsewhere"), 1);
  await world.pass(20);
  world.news(1);
  world.logged.length = 0;
  two.notify(1, vote(3));
  one.notify(1, vote(4));
  one.notify(3, vote(4));
  await one[Symbol.asyncDispose]();
  await world.pass(200);
  expect(stranger.isClosed).toBe(true);
  expect(world.news(1)).toEqual([]);
  expect(world.logged).toEqual(["Election connection with server 1 ended: the other side ended it"]);
  one.reconnect([2]);
  await (await world.open(1))[Symbol.asyncDispose]();
});

test("tells of servers that cannot be connected to, and of those that end their connection", async () => {
  const world = new World();
  const one = await world.open(1);
  world.network.host(hostOf(2));
  one.notify(2, vote(1));
  await world.pass(10);
  expect(world.missing).toEqual(["1:2"]);
  const two = await world.open(2);
  one.reconnect([2]);
  await world.pass(20);
  expect(world.news(2)).toEqual(["1:1"]);
  expect(world.missing).toEqual(["1:2"]);
  await two[Symbol.asyncDispose]();
  await world.pass(10);
  expect(world.missing).toEqual(["1:2", "1:2"]);
  await one[Symbol.asyncDispose]();
  one.reconnect([2]);
  await world.pass(200);
  expect(world.missing).toHaveLength(2);
});
