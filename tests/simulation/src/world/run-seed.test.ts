import { ZabPeer } from "@branta/zookeeper-engine";
import { describe, expect, test } from "vitest";
import { SimulationError } from "../simulation-error.ts";
import type { NewPeer } from "./peer.ts";
import { replaySeed, type SeedResult } from "./replay-seed.ts";
import { runSeed } from "./run-seed.ts";

const newPeer: NewPeer = (options, durable) => new ZabPeer(options, durable);

function run(seed: number, counts: Record<string, number> = {}): SeedResult {
  return replaySeed(seed, newPeer, counts);
}

describe("a simulated cluster", () => {
  test("does the same again for the same seed, something else for another", () => {
    const first = run(7);
    expect(run(7)).toEqual(first);
    expect(run(8).hash).not.toBe(first.hash);
  });

  test("is not idle: sixty seeds see every kind of event", () => {
    const counts: Record<string, number> = {};
    for (let seed = 100; seed < 160; seed++) run(seed, counts);
    for (const kind of ["diff", "snap", "trunc", "restores", "storms", "outages", "partitions", "pauses"]) {
      expect(counts[kind], kind).toBeGreaterThan(0);
    }
    expect(counts["established"]).toBeGreaterThan(120);
    expect(counts["committed"]).toBeGreaterThan(3000);
  });

  test("notices a core that acknowledges before its disk has it", () => {
    const hasty: NewPeer = (options, durable) => {
      const peer = newPeer(options, durable);
      return {
        step: (input, nowMs) =>
          peer
            .step(input, nowMs)
            .map((effect) => (effect.kind === "send" ? { ...effect, after: 1 as typeof durable.token } : effect)),
        isReadyFor: (configuration) => peer.isReadyFor(configuration),
        get nextDeadlineMs() {
          return peer.nextDeadlineMs;
        },
        get status() {
          return peer.status;
        },
      };
    };
    expect(() => runSeed(1, hasty, {})).toThrow(SimulationError);
  });
});
