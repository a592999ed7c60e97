import { expect, test } from "vitest";
import { TraceHash } from "./trace-hash.ts";

function hashOf(...values: (number | string)[]): string {
  const hash = new TraceHash();
  for (const value of values) {
    if (typeof value === "number") hash.addNumber(value);
    else hash.addText(value);
  }
  return hash.value;
}

test("the same trace has the same hash", () => {
  expect(hashOf(1, "crash", 0x2_0000_0001)).toBe(hashOf(1, "crash", 0x2_0000_0001));
  expect(hashOf()).toMatch(/^[0-9a-f]{16}$/);
});

test.each([
  [
    [1, 2],
    [2, 1],
  ],
  [[0x1_0000_0001], [0x2_0000_0001]],
  [[0.25], [0.5]],
  [
    ["ab", "c"],
    ["a", "bc"],
  ],
  [[-1], [1]],
])("%j and %j differ", (one, other) => {
  expect(hashOf(...one)).not.toBe(hashOf(...other));
});
