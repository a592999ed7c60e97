import { expect, test } from "vitest";
import { runStackSeed } from "./run-stack-seed.ts";

test("servers on failing disks and networks keep what clients were told, and a seed repeats it all", async () => {
  const counts: Record<string, number> = {};
  const first = await runStackSeed(3, counts);
  expect(counts["answers"]).toBeGreaterThan(50);
  expect(counts["created"]).toBeGreaterThan(10);
  expect(await runStackSeed(3, {})).toEqual(first);
}, 120_000);
