import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newAttributes } from "../attributes.ts";
import { SetCollection } from "./set-collection.ts";

const SIZE_MAX = 50_000;
const setOf = (maxCount: number, values: Iterable<string> = []) => {
  const set = new SetCollection(newAttributes("set", { maxCount }, SIZE_MAX));
  for (const value of values) set.insert(value, SIZE_MAX);
  return set;
};
/** Draws as a die would that always shows the next number. */
const counting = () => {
  let n = 0;
  return (below: number) => n++ % below;
};

describe("SetCollection", () => {
  it("holds each value once, up to its maximum", () => {
    const set = setOf(3, ["aaa", "bbb"]);
    expect(set.insert("aaa", SIZE_MAX)).toBe("elementExists");
    expect(set.insert("ccc", SIZE_MAX)).toBe("ok");
    expect(set.insert("ddd", SIZE_MAX)).toBe("overflowed");
    expect(set.insert("aaa", SIZE_MAX)).toBe("overflowed");
    expect(setOf(3).insert("a", SIZE_MAX, true)).toBe("outOfMemory");
    expect(set.read(0, counting())).toEqual(["bbb", "ccc", "aaa"]);
    expect([set.has("bbb"), set.has("ddd")]).toEqual([true, false]);
    expect([set.delete("bbb"), set.delete("bbb")]).toEqual([true, false]);
    expect(set).toMatchObject({ count: 2, bytes: 176 + 2 * 40 });
  });

  it("draws different values, few or many", () => {
    const values = Array.from({ length: 200 }, (_, i) => `v${i}`);
    const set = setOf(500, values);
    for (const count of [1, 20, 21, 150, 199]) {
      const drawn = set.read(count, counting());
      expect(new Set(drawn).size).toBe(count);
      expect(drawn.every((value) => set.has(value))).toBe(true);
    }
    expect(set.take(150, counting())).toHaveLength(150);
    expect(set.count).toBe(50);
    expect(set.take(50, counting())).toHaveLength(50);
    expect(set).toMatchObject({ count: 0, bytes: 0 });
  });

  it("does whatever a set does", () => {
    const step = fc.record({ insert: fc.boolean(), value: fc.nat(30).map((n) => "v".repeat(n)) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const set = setOf(500);
        const model = new Set<string>();
        for (const { insert, value } of steps) {
          if (insert) expect(set.insert(value, SIZE_MAX)).toBe(model.has(value) ? "elementExists" : "ok");
          else expect(set.delete(value)).toBe(model.delete(value));
          if (insert) model.add(value);
        }
        expect(set.read(0, counting()).toSorted()).toEqual([...model].toSorted());
        const elements = [...model].reduce((sum, value) => sum + Math.ceil((30 + value.length) / 8) * 8, 0);
        expect(set.bytes).toBe(model.size === 0 ? 0 : elements + 176);
      }),
    );
  });
});
