import { describe, expect, test } from "vitest";
import { SystemClock } from "./clock.ts";
import { ManualClock } from "./manual-clock.ts";

describe("ManualClock", () => {
  test("runs timers when they fall due, in order, also those asked for meanwhile", () => {
    const clock = new ManualClock(1000);
    const seen: string[] = [];
    clock.after(20, () => seen.push(`b at ${clock.nowMs()}`));
    clock.after(10, () => {
      seen.push(`a at ${clock.nowMs()}`);
      clock.after(5, () => seen.push(`nested at ${clock.nowMs()}`));
    });
    clock.after(20, () => seen.push("c"));
    clock.after(12, () => seen.push("cancelled")).cancel();
    clock.after(99, () => seen.push("late"));
    clock.advance(50);
    expect(seen).toEqual(["a at 10", "nested at 15", "b at 20", "c"]);
    expect([clock.nowMs(), clock.wallMs(), clock.pending]).toEqual([50, 1050, 1]);
  });

  test("soon comes after the current turn", async () => {
    const seen: string[] = [];
    new ManualClock().soon(() => seen.push("soon"));
    seen.push("now");
    await Promise.resolve();
    expect(seen).toEqual(["now", "soon"]);
  });
});

describe("SystemClock", () => {
  test("goes forward, knows the date, and runs what it is asked to", async () => {
    const clock = new SystemClock();
    const startMs = clock.nowMs();
    clock.after(0, () => expect.unreachable("cancelled")).cancel();
    await new Promise<void>((resolve) => {
      clock.after(1, resolve);
    });
    await new Promise<void>((resolve) => {
      clock.soon(resolve);
    });
    expect(clock.nowMs()).toBeGreaterThan(startMs);
    expect(Math.abs(clock.wallMs() - Date.now())).toBeLessThan(60_000);
  });
});
