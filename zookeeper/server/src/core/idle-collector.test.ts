import { ManualClock } from "@branta/foundation-runtime";
import { expect, test } from "vitest";

import { IdleCollector } from "./idle-collector.ts";

function harness() {
  const clock = new ManualClock();
  const state = { requests: 0, collected: 0 };
  const collector = new IdleCollector({
    clock,
    requests: () => state.requests,
    collect: () => void state.collected++,
  });
  collector.start();
  return { clock, state, collector };
}

test("collects once after a busy time, not in it and not again without another", () => {
  const { clock, state, collector } = harness();
  for (let second = 0; second < 10; second++) {
    state.requests += 20_000;
    clock.advance(1_000);
  }
  expect(state.collected).toBe(0);
  clock.advance(10_000);
  expect(state.collected).toBe(1);
  clock.advance(60_000);
  expect(state.collected).toBe(1);
  state.requests += 60_000;
  clock.advance(10_000);
  expect(state.collected).toBe(2);
  collector[Symbol.dispose]();
  expect(clock.pending).toBe(0);
});

test("leaves a server alone that never was busy, and one whose statistics were reset", () => {
  const { clock, state } = harness();
  for (let second = 0; second < 100; second++) {
    state.requests += 3;
    clock.advance(1_000);
  }
  state.requests = 0;
  clock.advance(10_000);
  expect(state.collected).toBe(0);
});
