import { expect, test } from "vitest";
import { Histogram } from "./histogram.ts";

test("percentiles are within 4 % of what was recorded", () => {
  const histogram = new Histogram();
  for (let us = 1; us <= 100_000; us++) histogram.record(us);
  for (const part of [0.01, 0.5, 0.9, 0.99, 0.999]) {
    expect(Math.abs(histogram.percentile(part) / (100_000 * part) - 1)).toBeLessThan(0.04);
  }
  expect(histogram.max).toBe(100_000);
});

test("histograms add up", () => {
  const one = new Histogram();
  const other = new Histogram();
  one.record(10, 3);
  other.record(1_000_000);
  one.add(other);
  expect(one.count).toBe(4);
  expect(one.percentile(0.5)).toBe(10);
  expect(one.percentile(1)).toBeGreaterThan(950_000);
});
