import { SeededRandom } from "@branta/foundation-runtime";
import { expect, test } from "vitest";
import { fraction, magnitude, Swarm } from "./swarm.ts";

const seeds = Array.from({ length: 400 }, (_, seed) => new Swarm(new SeededRandom(seed)));

test("a choice depends on seed and name, not on what was asked before", () => {
  const swarm = new Swarm(new SeededRandom(3));
  const rate = swarm.magnitude("crash", 1, 1000);
  swarm.whole("servers", 3, 5);
  expect(swarm.magnitude("crash", 1, 1000)).toBe(rate);
  expect(swarm.magnitude("pause", 1, 1000)).not.toBe(rate);
});

test("a fault is on in its share of the seeds", () => {
  const on = seeds.filter((swarm) => swarm.rate("crash", 25, 1, 10) > 0).length;
  expect(on).toBeGreaterThan(60);
  expect(on).toBeLessThan(140);
});

test("whole numbers cover their range, both ends included", () => {
  expect(new Set(seeds.map((swarm) => swarm.whole("servers", 3, 5)))).toEqual(new Set([3, 4, 5]));
});

test("orders of magnitude are equally likely", () => {
  const random = new SeededRandom(1);
  const drawn = Array.from({ length: 3000 }, () => magnitude(random, 1, 1000));
  for (const [least, most] of [
    [1, 10],
    [10, 100],
    [100, 1000],
  ] as const) {
    expect(drawn.filter((each) => each >= least && each < most).length).toBeGreaterThan(850);
  }
  expect(fraction(random)).toBeLessThan(1);
});
