import { describe, expect, it } from "vitest";
import { allowsOverflowAction, changeAttributes, isOverflowAction, maxCountNow, newAttributes } from "./attributes.ts";

const SIZE_MAX = 50_000;

describe("newAttributes", () => {
  it("gives 4 000 elements and the type's own action to who asks for nothing", () => {
    expect(newAttributes("list", {}, SIZE_MAX)).toEqual({
      maxCount: 4000,
      overflowAction: "tail_trim",
      readable: true,
    });
    expect(newAttributes("set", {}, SIZE_MAX).overflowAction).toBe("error");
    expect(newAttributes("map", { maxCount: 0 }, SIZE_MAX).maxCount).toBe(4000);
    expect(newAttributes("b+tree", {}, SIZE_MAX).overflowAction).toBe("smallest_trim");
  });

  it("keeps to the node's limit, and follows it when the maximum is negative", () => {
    expect(newAttributes("list", { maxCount: 1_000_000 }, SIZE_MAX).maxCount).toBe(SIZE_MAX);
    const unlimited = newAttributes("list", { maxCount: -5 }, SIZE_MAX);
    expect(unlimited.maxCount).toBe(-1);
    expect(maxCountNow(unlimited, SIZE_MAX)).toBe(SIZE_MAX);
    expect(maxCountNow(unlimited, 60_000)).toBe(60_000);
    expect(maxCountNow(newAttributes("list", { maxCount: 7 }, SIZE_MAX), SIZE_MAX)).toBe(7);
  });
});

describe("isOverflowAction", () => {
  it("knows the words of all types", () => {
    expect(["error", "head_trim", "largest_silent_trim"].every(isOverflowAction)).toBe(true);
    expect(["", "trim", "unreadable"].some(isOverflowAction)).toBe(false);
  });
});

describe("allowsOverflowAction", () => {
  it("knows which type trims where", () => {
    expect(allowsOverflowAction("list", "head_trim")).toBe(true);
    expect(allowsOverflowAction("list", "smallest_trim")).toBe(false);
    expect(allowsOverflowAction("set", "tail_trim")).toBe(false);
    expect(allowsOverflowAction("b+tree", "largest_silent_trim")).toBe(true);
  });
});

describe("changeAttributes", () => {
  const list = (count: number) => ({
    type: "list" as const,
    count,
    attributes: newAttributes("list", { maxCount: 5, readable: false }, SIZE_MAX),
  });

  it("changes what is named and leaves the rest", () => {
    const changed = list(2);
    expect(changeAttributes(changed, { overflowAction: "error", readable: true }, SIZE_MAX)).toBe("ok");
    expect(changed.attributes).toEqual({ maxCount: 5, overflowAction: "error", readable: true });
    expect(changeAttributes(changed, { maxCount: 2 }, SIZE_MAX)).toBe("ok");
    expect(changeAttributes(changed, { maxCount: -1 }, SIZE_MAX)).toBe("ok");
    expect(changed.attributes).toEqual({ maxCount: -1, overflowAction: "error", readable: true });
  });

  it("changes nothing when one value is refused", () => {
    for (const refused of [{ maxCount: 1 }, { overflowAction: "largest_trim" } as const, { readable: false }]) {
      const kept = list(2);
      expect(changeAttributes(kept, { maxCount: 9, ...refused }, SIZE_MAX)).toBe("badValue");
      expect(kept.attributes).toEqual({ maxCount: 5, overflowAction: "tail_trim", readable: false });
    }
  });
});
