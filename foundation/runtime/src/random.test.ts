import { describe, expect, test } from "vitest";
import { SeededRandom, shuffled, SystemRandom } from "./random.ts";

describe("SeededRandom", () => {
  test("the same seed gives the same numbers, another gives others", () => {
    const draw = (seed: number): number[] =>
      Array.from({ length: 5 }, (_, index) => index).map(() => new SeededRandom(seed).u32());
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  test("a fork depends on its label only, not on what was drawn", () => {
    const random = new SeededRandom("x");
    const before = random.fork("disk").u32();
    random.u32();
    expect(random.fork("disk").u32()).toBe(before);
    expect(random.fork("network").u32()).not.toBe(before);
  });

  test("below is even over its range", () => {
    const random = new SeededRandom(7);
    const counts = [0, 0, 0, 0, 0];
    for (let draw = 0; draw < 10_000; draw++) counts[random.below(5)]!++;
    for (const count of counts) expect(count).toBeGreaterThan(1800);
  });

  test.each([0, -1, 1.5, 2 ** 32 + 1])("refuses to draw below %s", (limit) => {
    expect(() => new SeededRandom(1).below(limit)).toThrow(RangeError);
  });
});

test("every order of three comes about as often as any other", () => {
  const random = new SeededRandom(3);
  const counts = new Map<string, number>();
  for (let draw = 0; draw < 6000; draw++) {
    const order = shuffled(["a", "b", "c"], random).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  for (const count of counts.values()) expect(count).toBeGreaterThan(850);
});

describe("SystemRandom", () => {
  test("draws over more than one page, and within the limit", () => {
    const random = new SystemRandom();
    const drawn = new Set(Array.from({ length: 3000 }, () => random.u32()));
    expect(drawn.size).toBeGreaterThan(2990);
    for (let draw = 0; draw < 100; draw++) expect(random.fork().below(3)).toBeLessThan(3);
  });
});
