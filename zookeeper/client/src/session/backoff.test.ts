import { expect, it } from "vitest";
import { backoffDelayMs } from "./backoff.ts";

const OPTIONS = { initialDelayMs: 100, maxDelayMs: 1_000 };

it.each([
  [0, 0.999, 0],
  [1, 0, 0],
  [1, 0.999, 99],
  [2, 0.5, 100],
  [3, 0.999, 399],
  [4, 0.5, 400],
  [5, 0.5, 500],
  [1_000, 0.999, 999],
])("after %i failures and with %f drawn waits %i ms", (failures, random, delayMs) => {
  expect(backoffDelayMs(failures, random, OPTIONS)).toBe(delayMs);
});
