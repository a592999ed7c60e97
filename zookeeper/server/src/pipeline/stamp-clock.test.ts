import { ManualClock } from "@branta/foundation-runtime";
import { expect, test } from "vitest";

import { StampClock } from "./stamp-clock.ts";

test("stamps share a reading until there is a new turn or there were many", () => {
  const clock = new ManualClock();
  const stamps = new StampClock(clock);
  const begin = stamps.nowMs();
  clock.advance(5);
  expect(stamps.nowMs()).toBe(begin);
  stamps.refresh();
  expect(stamps.nowMs()).toBe(begin + 5);
  clock.advance(7);
  for (let i = 0; i < 40; i++) stamps.nowMs();
  expect(stamps.nowMs()).toBe(begin + 12);
});
