import { SeededRandom } from "@branta/foundation-runtime";
import { expect, test } from "vitest";
import { EventQueue } from "./event-queue.ts";
import { SimulatorError } from "./simulator-error.ts";

test("events come by time, those of one moment in the order they were scheduled in", () => {
  const random = new SeededRandom(1);
  const queue = new EventQueue<{ atMs: number; order: number }>();
  for (let order = 0; order < 2000; order++) {
    const atMs = random.below(100);
    queue.schedule(atMs, { atMs, order });
  }
  expect(queue.size).toBe(2000);
  let before = { atMs: -1, order: -1 };
  for (let event = queue.take(); event !== undefined; event = queue.take()) {
    expect(queue.nowMs).toBe(event.atMs);
    expect(event.atMs > before.atMs || (event.atMs === before.atMs && event.order > before.order)).toBe(true);
    before = event;
  }
  expect(queue.nextAtMs).toBe(Infinity);
});

test.each([4, Number.NaN])("refuses an event at %s when it is 5", (atMs) => {
  const queue = new EventQueue<string>();
  queue.schedule(5, "now");
  expect(queue.take()).toBe("now");
  expect(() => queue.schedule(atMs, "late")).toThrow(SimulatorError);
});
