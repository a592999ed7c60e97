import { ManualClock } from "@branta/foundation-runtime";
import { expect, test } from "vitest";
import { OracleWatch } from "./oracle-watch.ts";

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

/** A watch whose file the test writes; all that it says. */
class World {
  readonly clock = new ManualClock();
  readonly said: string[] = [];
  /** Null where there is none. */
  content: string | null = null;
  /** What a read waits for. */
  reading: Promise<void> = Promise.resolve();

  open(): Promise<OracleWatch> {
    return OracleWatch.open({
      disk: { readWhole: () => this.#read() },
      clock: this.clock,
      path: "/oracle",
      everyMs: 100,
      onAnswer: (isGranted) => this.said.push(isGranted ? "yes" : "no"),
      onLog: (level, message) => void (level === "warn" && this.said.push(message)),
    });
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    await turns();
  }

  /** What was said since the last time. */
  news(): string[] {
    return this.said.splice(0);
  }

  async #read(): Promise<Buffer> {
    await this.reading;
    if (this.content === null) throw new Error("no such file");
    return Buffer.from(this.content);
  }
}

test("a file that begins with 1 says yes, and is looked at again and again", async () => {
  const world = new World();
  world.content = "1\n";
  using _watch = await world.open();
  expect(world.news()).toEqual(["yes"]);
  await world.pass(100);
  expect(world.news()).toEqual([]);
  world.content = "0";
  await world.pass(100);
  expect(world.news()).toEqual(["no"]);
  world.content = "10";
  await world.pass(100);
  expect(world.news()).toEqual(["yes"]);
  world.content = "";
  await world.pass(100);
  expect(world.news()).toEqual(["no"]);
});

test("what cannot be read says no, and why once", async () => {
  const world = new World();
  using _watch = await world.open();
  expect(world.news()).toEqual(['Oracle "/oracle" says nothing: no such file; that is a no', "no"]);
  await world.pass(200);
  world.content = "1";
  await world.pass(100);
  expect(world.news()).toEqual(["yes"]);
});

test("what is not read in time says no until it is", async () => {
  const world = new World();
  world.content = "1";
  using _watch = await world.open();
  let goOn: () => void = () => {};
  world.reading = new Promise((resolve) => (goOn = resolve));
  await world.pass(100);
  expect(world.news()).toEqual(["yes"]);
  await world.pass(100);
  expect(world.news()).toEqual(['Oracle "/oracle" says nothing: it is not read in time; that is a no', "no"]);
  goOn();
  await turns();
  expect(world.news()).toEqual(["yes"]);
});

test("nothing is said after the end", async () => {
  const world = new World();
  const watch = await world.open();
  world.news();
  watch[Symbol.dispose]();
  world.content = "1";
  await world.pass(500);
  expect(world.news()).toEqual([]);
});
