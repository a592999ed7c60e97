import { describe, expect, test } from "vitest";

import { SyncPace } from "./sync-pace.ts";

function quickDisk(): SyncPace {
  const pace = new SyncPace();
  for (let sync = 0; sync < 50; sync++) pace.took(0.1);
  return pace;
}

describe("A log waits on the spot", () => {
  test("for lone records on a disk that has been quick", () => {
    expect(quickDisk().waitsFor(1)).toBe(true);
  });

  test("not for a disk it does not know", () => {
    expect(new SyncPace().waitsFor(1)).toBe(false);
  });

  test("not for a batch that many wait for", () => {
    expect(quickDisk().waitsFor(100)).toBe(false);
  });

  test("not for a while after a slow sync", () => {
    const pace = quickDisk();
    pace.took(5);
    for (let sync = 0; sync < 64; sync++) {
      expect(pace.waitsFor(1)).toBe(false);
      pace.took(0.1);
    }
    expect(pace.waitsFor(1)).toBe(true);
  });
});
