import { describe, expect, it } from "vitest";
import { AsyncQueue } from "./async-queue.ts";

function queueOf(limit: number, onClose: () => void = () => {}): AsyncQueue<number | string> {
  return new AsyncQueue<number | string>({ limit, overflow: () => "missed", onClose });
}

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

describe("AsyncQueue", () => {
  it("gives what was pushed, before and after the loop began", async () => {
    const queue = queueOf(10);
    queue.push(1);
    const items = all(queue);
    queue.push(2);
    await Promise.resolve();
    queue.push(3);
    queue.end();
    queue.push(4);
    expect(await items).toEqual([1, 2, 3]);
  });

  it("puts one marker in place of what it has no room for", async () => {
    const queue = queueOf(2);
    for (const item of [1, 2, 3, 4]) queue.push(item);
    queue.end();
    expect(await all(queue)).toEqual(["missed", 4]);
  });

  it("throws the failure once, after what it holds", async () => {
    const queue = queueOf(2);
    queue.push(1);
    queue.end(new Error("over"));
    expect(await queue.next()).toEqual({ done: false, value: 1 });
    await expect(queue.next()).rejects.toThrow("over");
    expect(await queue.next()).toEqual({ done: true, value: undefined });
  });

  it("rejects those who wait when it fails", async () => {
    const queue = queueOf(2);
    const waiting = queue.next();
    queue.end(new Error("over"));
    await expect(waiting).rejects.toThrow("over");
  });

  it("lets go when the loop is left", async () => {
    let closed = 0;
    const queue = queueOf(2, () => closed++);
    queue.push(1);
    queue.push(2);
    for await (const item of queue) if (item === 1) break;
    expect(closed).toBe(1);
    expect(await queue.next()).toEqual({ done: true, value: undefined });
  });
});
