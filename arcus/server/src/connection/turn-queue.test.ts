import { expect, it } from "vitest";
import { TurnQueue } from "./turn-queue.ts";

it("gives all their turns, in order, and others room between them", async () => {
  const queue = new TurnQueue(() => 0);
  const turns: number[] = [];
  let rounds = 0;
  for (let i = 0; i < 10; i++) {
    queue.add(() => {
      turns.push(i);
      if (i < 2) queue.add(() => turns.push(100 + i));
    });
  }
  while (turns.length < 12) {
    await new Promise((resolve) => setImmediate(resolve));
    rounds++;
  }
  expect(turns).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 100, 101]);
  expect(rounds).toBeGreaterThanOrEqual(3);
});
