import { describe, expect, it } from "vitest";
import { Deadline } from "./deadline.ts";

const NEVER = new Promise<never>(() => {});

describe("Deadline", () => {
  it("lets through what comes in time", async () => {
    using deadline = new Deadline({ timeoutMs: 60_000 }, "lock", "/a");
    expect(await deadline.race(Promise.resolve(1))).toBe(1);
  });

  it("gives up after its time", async () => {
    using deadline = new Deadline({ timeoutMs: 1 }, "lock", "/a");
    await expect(deadline.race(NEVER)).rejects.toMatchObject({ code: "OperationTimeout", path: "/a" });
    expect(() => deadline.check()).toThrow('Cannot lock "/a"');
  });

  it("gives up when aborted, before or meanwhile", async () => {
    using before = new Deadline({ signal: AbortSignal.abort("no") }, "lock", "/a");
    await expect(before.race(NEVER)).rejects.toMatchObject({ code: "Aborted", cause: "no" });
    const controller = new AbortController();
    using meanwhile = new Deadline({ signal: controller.signal }, "lock", "/a");
    const race = meanwhile.race(NEVER);
    controller.abort("now");
    await expect(race).rejects.toMatchObject({ code: "Aborted", cause: "now" });
  });
});
