import { expect, test } from "vitest";
import { ManualClock } from "./manual-clock.ts";
import type { NetworkError } from "./network-error.ts";
import type { Link } from "./network.ts";
import { SeededRandom } from "./random.ts";
import { SimulatedNetwork } from "./simulated-network.ts";

/** Three hosts, each with a listener that says what it hears. */
class World {
  readonly clock = new ManualClock();
  readonly network: SimulatedNetwork;
  readonly told: string[] = [];
  readonly accepted = new Map<string, Link>();

  constructor(seed = 1) {
    this.network = new SimulatedNetwork({ clock: this.clock, random: new SeededRandom(seed), maxDelayMs: 3 });
  }

  async begin(): Promise<this> {
    for (const name of ["a", "b", "c"]) await this.listen(name);
    return this;
  }

  async listen(name: string): Promise<void> {
    await this.network.host(name).listen({
      host: null,
      port: 1,
      onLink: (link) => {
        this.accepted.set(name, link);
        this.hear(name, link);
      },
    });
  }

  hear(name: string, link: Link): Link {
    const at = () => `${this.clock.nowMs().toFixed(2)} ${name}`;
    link.open({
      onData: (chunk) => this.told.push(`${at()} ${chunk.toString()}`),
      onClose: (error) => this.told.push(`${at()} ${error === null ? "closed" : error.code}`),
    });
    return link;
  }

  async dial(from: string, to: string): Promise<Link> {
    const dialled = this.network.host(from).dial({ host: to, port: 1, timeoutMs: 100 });
    dialled.catch(() => {});
    await this.pass(200);
    return this.hear(from, await dialled);
  }

  async pass(ms: number): Promise<void> {
    for (let elapsedMs = 0; elapsedMs < ms; elapsedMs++) {
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      this.clock.advance(1);
    }
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  }

  /** What was told since the last time, without the moments. */
  news(): string[] {
    return this.told.splice(0).map((line) => line.slice(line.indexOf(" ") + 1));
  }
}

const say = (link: Link | undefined, text: string) => link!.write(Buffer.from(text));

async function code(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "none",
    (error: NetworkError) => error.code,
  );
}

test("what is sent while a way is blocked arrives when it is open again, and nobody is told meanwhile", async () => {
  const world = await new World().begin();
  const link = await world.dial("a", "b");
  world.network.partition(["a"], ["b", "c"]);
  say(link, "1");
  await world.pass(10_000);
  expect(world.news()).toEqual([]);
  world.network.heal();
  await world.pass(10);
  expect(world.news()).toEqual(["b 1"]);
});

test("what is under way when a way is blocked waits as well", async () => {
  const world = await new World().begin();
  const link = await world.dial("a", "b");
  say(link, "1");
  world.network.block("a", "b");
  await world.pass(100);
  say(world.accepted.get("b"), "2");
  await world.pass(10);
  expect(world.news()).toEqual(["a 2"]);
  world.network.heal("a", "b");
  await world.pass(10);
  expect(world.news()).toEqual(["b 1"]);
});

test("there is no connection to where no way leads, or to hosts that are off or unknown", async () => {
  const world = await new World().begin();
  world.network.block("b", "a");
  expect(await code(world.dial("a", "b"))).toBe("timeout");
  world.network.switchOff("c");
  expect(await code(world.dial("a", "c"))).toBe("timeout");
  world.network.switchOn("c");
  expect(await code(world.dial("a", "c"))).toBe("refused");
  expect(await code(world.dial("a", "d"))).toBe("unknownHost");
  const waiting = world.network.host("a").dial({ host: "b", port: 1, timeoutMs: 1000 });
  await world.pass(10);
  world.network.heal();
  await world.pass(10);
  expect(await code(waiting)).toBe("none");
});

test("a connection that is reset is told at both ends", async () => {
  const world = await new World().begin();
  await world.dial("a", "b");
  world.network.reset("b", "a");
  await world.pass(10);
  expect(world.news().toSorted()).toEqual(["a reset", "b reset"]);
});

test("a killed process is told to others as an end", async () => {
  const world = await new World().begin();
  await world.dial("a", "b");
  world.network.kill("b");
  await world.pass(10);
  expect(world.news()).toEqual(["a closed"]);
  expect(await code(world.dial("a", "b"))).toBe("refused");
  await world.listen("b");
  say(await world.dial("a", "b"), "again");
  await world.pass(10);
  expect(world.news().join("")).toContain("again");
});

test("a machine without power is silent, and knows nothing of its connections afterwards", async () => {
  const world = await new World().begin();
  const link = await world.dial("a", "b");
  world.network.switchOff("b");
  say(link, "1");
  await world.pass(10_000);
  expect(world.news()).toEqual([]);
  world.network.switchOn("b");
  await world.pass(10);
  expect(world.news()).toEqual(["a reset"]);
});

test("is repeated by its seed", async () => {
  const story = async (seed: number) => {
    const world = await new World(seed).begin();
    const links = [await world.dial("a", "b"), await world.dial("b", "c")];
    for (let at = 0; at < 50; at++) {
      say(links[at % 2], `message ${at}`);
      await world.pass(1);
    }
    return world.told;
  };
  expect(await story(5)).toEqual(await story(5));
  expect(await story(5)).not.toEqual(await story(6));
});
