import { setImmediate as round } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { CacheNode } from "../node/start-cache-node.ts";
import { DetachedClient } from "../testing/detached-client.ts";
import { startTestNode, TestClient } from "../testing/start-test-node.ts";

const REQUESTS = 60;
const COUNTS = Buffer.from("bop count none 0..9\r\n".repeat(REQUESTS));
const COUNTED = "NOT_FOUND\r\n";

let clockReadings = 0;
let node: CacheNode;
beforeAll(async () => {
  // Each command that is timed takes long.
  node = await startTestNode({}, () => clockReadings++ * 10);
});
afterAll(() => node.close());

/** Answers to so many counts, which nothing else is among. */
function takeCounts(client: DetachedClient): number {
  const replies = client.take().toString("latin1");
  expect(replies).toBe(COUNTED.repeat(replies.length / COUNTED.length));
  return replies.length / COUNTED.length;
}

it("ends after a long command, however many came at once, and goes on when others had theirs", async () => {
  using first = new DetachedClient(node);
  using second = new DetachedClient(node);
  using small = new DetachedClient(node);
  for (const client of [first, second]) client.send(COUNTS);
  const answered = [takeCounts(first), takeCounts(second)];
  expect(answered).toEqual([1, 1]);
  let rounds = 0;
  while (answered[0] + answered[1] < 2 * REQUESTS) {
    small.send(Buffer.from("version\r\n"));
    expect(small.take().toString()).toBe("VERSION 1.15.0\r\n");
    await round();
    rounds++;
    answered[0] += takeCounts(first);
    answered[1] += takeCounts(second);
    expect(Math.abs(answered[0] - answered[1])).toBeLessThanOrEqual(1);
  }
  expect(rounds).toBeGreaterThanOrEqual(2 * REQUESTS - 3);
});

it("comes after those of others for who has just had a long one, and keeps the order of requests", async () => {
  using client = new DetachedClient(node);
  client.send(Buffer.from("bop count none 0..9\r\n"));
  expect(takeCounts(client)).toBe(1);
  client.send(Buffer.from("bop count none 0..9\r\nver"));
  client.send(Buffer.from("sion\r\n"));
  expect(client.take().toString()).toBe("");
  let replies = "";
  while (replies.length < COUNTED.length + "VERSION 1.15.0\r\n".length) {
    await round();
    replies += client.take().toString();
  }
  expect(replies).toBe(`${COUNTED}VERSION 1.15.0\r\n`);
});

it("costs short commands no look at the clock", () => {
  const before = clockReadings;
  using client = new DetachedClient(node);
  client.send(Buffer.from("set a 0 0 1\r\n1\r\nget a b c\r\nincr a 1\r\ntouch a 0\r\ndelete a\r\n".repeat(100)));
  expect(client.take().toString()).toBe("STORED\r\nVALUE a 0 1\r\n1\r\nEND\r\n2\r\nTOUCHED\r\nDELETED\r\n".repeat(100));
  expect(clockReadings).toBe(before);
});

it("does not lose the rest of who has said the last word", async () => {
  using client = await TestClient.open(node.port);
  client.socket.end(COUNTS);
  expect(await client.takeRest()).toBe(COUNTED.repeat(REQUESTS));
});
