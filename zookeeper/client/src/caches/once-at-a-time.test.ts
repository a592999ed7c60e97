import { expect, it } from "vitest";
import { OnceAtATime } from "./once-at-a-time.ts";

function setUp(limit: number): { tasks: OnceAtATime; runs: string[]; finish(): Promise<void>; idle: () => number } {
  const runs: string[] = [];
  const waiting: (() => void)[] = [];
  let idle = 0;
  const run = (key: string): Promise<void> => {
    runs.push(key);
    return new Promise((resolve) => void waiting.push(resolve));
  };
  const finish = async (): Promise<void> => {
    waiting.shift()?.();
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  };
  return { tasks: new OnceAtATime(limit, run, () => idle++), runs, finish, idle: () => idle };
}

it("runs once more, and only once, for all who ask meanwhile", async () => {
  const { tasks, runs, finish, idle } = setUp(2);
  tasks.ask("a");
  expect(tasks.isStale("a")).toBe(false);
  tasks.ask("a");
  tasks.ask("a");
  expect(tasks.isStale("a")).toBe(true);
  await finish();
  expect(runs).toEqual(["a", "a"]);
  expect(idle()).toBe(0);
  await finish();
  expect(runs).toEqual(["a", "a"]);
  expect(idle()).toBe(1);
  expect(tasks.idle).toBe(true);
});

it("lets the others wait when too many run", async () => {
  const { tasks, runs, finish } = setUp(2);
  for (const key of ["a", "b", "c", "c", "d"]) tasks.ask(key);
  expect(runs).toEqual(["a", "b"]);
  await finish();
  expect(runs).toEqual(["a", "b", "c"]);
  await finish();
  expect(runs).toEqual(["a", "b", "c", "d"]);
});
