import { ManualClock, SeededRandom } from "@branta/foundation-runtime";
import { expect, test } from "vitest";

import { parseServerConfig } from "../config/parse-server-config.ts";
import { ConnectionThrottle } from "./connection-throttle.ts";

function harness(...lines: string[]): { clock: ManualClock; throttle: ConnectionThrottle } {
  const config = parseServerConfig({
    text: ["dataDir=/data", "clientPort=2181", ...lines].join("\n"),
    readText: () => "1",
  });
  const clock = new ManualClock();
  return { clock, throttle: new ConnectionThrottle(config, clock, new SeededRandom("throttle")) };
}

function admitted(throttle: ConnectionThrottle, asking: number, isRenewal = false): number {
  return Array.from({ length: asking }, () => throttle.admit(isRenewal)).filter(Boolean).length;
}

test("everybody is admitted where there is no bucket", () => {
  expect(admitted(harness().throttle, 10_000)).toBe(10_000);
});

test("a bucket lets in as many as it has tokens, and fills with time up to its size", () => {
  const { clock, throttle } = harness(
    "connection_throttle_tokens=5",
    "connection_throttle_fill_time=100",
    "connection_throttle_fill_count=2",
  );
  expect(admitted(throttle, 8)).toBe(5);
  expect(throttle.deficit).toBe(5);
  clock.advance(100);
  expect(admitted(throttle, 1)).toBe(0);
  clock.advance(50);
  expect(admitted(throttle, 8)).toBe(3);
  clock.advance(100_000);
  expect(admitted(throttle, 8)).toBe(5);
});

test("a new session costs more tokens than a renewed one where they have weights", () => {
  const lines = ["connection_throttle_tokens=6", "connection_throttle_weight_enabled=true"];
  const slow = "connection_throttle_fill_count=0";
  expect(admitted(harness(...lines, slow).throttle, 10)).toBe(2);
  expect(admitted(harness(...lines, slow).throttle, 10, true)).toBe(3);
  const members = ["server.1=a:2888:3888", "server.2=b:2888:3888"];
  const local = [...members, "localSessionsEnabled=true", "initLimit=5", "syncLimit=2"];
  expect(admitted(harness(...lines, slow, ...local).throttle, 10)).toBe(6);
});

test("while the bucket is empty clients are sent away with a probability that rises, and falls when it fills", () => {
  const { clock, throttle } = harness(
    "connection_throttle_tokens=10",
    "connection_throttle_fill_time=1000",
    "connection_throttle_fill_count=10",
    "connection_throttle_freeze_time=100",
    "connection_throttle_drop_increase=0.5",
    "connection_throttle_drop_decrease=0.25",
  );
  expect(admitted(throttle, 10)).toBe(10);
  expect(throttle.dropProbability).toBe(0);
  for (const expected of [0.5, 1, 1]) {
    clock.advance(101);
    throttle.admit(false);
    expect(throttle.dropProbability).toBe(expected);
  }
  clock.advance(1_000);
  throttle.admit(false);
  expect(throttle.dropProbability).toBe(0.75);
});
