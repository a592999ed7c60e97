import { getHeapStatistics } from "node:v8";
import { expect, test } from "vitest";

import { releaseMemory } from "./release-memory.ts";

test("gives back what a finished phase has used", () => {
  let garbage: unknown[] | null = Array.from({ length: 300_000 }, (_, i) => ({ name: `item ${i}`, i }));
  const full = getHeapStatistics().used_heap_size;
  expect(garbage.length).toBe(300_000);
  garbage = null;
  releaseMemory();
  expect(getHeapStatistics().used_heap_size).toBeLessThan(full);
});
