import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newAttributes } from "../attributes.ts";
import { MapCollection } from "./map-collection.ts";

const SIZE_MAX = 50_000;
const mapOf = (maxCount: number) => new MapCollection(newAttributes("map", { maxCount }, SIZE_MAX));
const textOf = (elements: { key: string; value: string }[]) =>
  elements.map(({ key, value }) => `${key}=${value}`).join(" ");

describe("MapCollection", () => {
  it("inserts, replaces and updates as told", () => {
    const map = mapOf(2);
    expect(map.insert("f1", "a", SIZE_MAX)).toBe("ok");
    expect(map.insert("f1", "b", SIZE_MAX)).toBe("elementExists");
    expect(map.upsert("f1", "b", SIZE_MAX)).toBe("replaced");
    expect(map.upsert("f2", "c", SIZE_MAX)).toBe("ok");
    expect(map.update("f2", "long value")).toBe("ok");
    expect(map.update("f9", "x")).toBe("elementNotFound");
    expect(map.insert("f3", "x", SIZE_MAX)).toBe("overflowed");
    expect(map.upsert("f3", "x", SIZE_MAX)).toBe("overflowed");
    expect(map.insert("f1", "x", SIZE_MAX)).toBe("elementExists");
    expect(textOf(map.read(null))).toBe("f2=long value f1=b");
    expect(textOf(map.read(["f1", "f9", "f2"]))).toBe("f1=b f2=long value");
    expect(map.bytes).toBe(176 + 40 + 48);
    expect(textOf(map.take(["f2", "f2", "f7"]))).toBe("f2=long value");
    expect(textOf(map.take(null))).toBe("f1=b");
    expect(map).toMatchObject({ count: 0, bytes: 0 });
  });

  it("takes nothing more into sticky memory that is full", () => {
    const map = mapOf(9);
    map.insert("f", "four", SIZE_MAX);
    expect(map.insert("g", "x", SIZE_MAX, true)).toBe("outOfMemory");
    expect(map.upsert("f", "longer", SIZE_MAX, true)).toBe("outOfMemory");
    expect(map.update("f", "longer", true)).toBe("outOfMemory");
    expect(map.update("f", "less", true)).toBe("ok");
    expect(map.insert("f", "x", SIZE_MAX, true)).toBe("elementExists");
  });

  it("does whatever a map does", () => {
    const step = fc.record({
      kind: fc.constantFrom("insert", "upsert", "update", "take"),
      field: fc.nat(20).map((n) => `f${n}`),
      value: fc.nat(40).map((n) => "v".repeat(n)),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const map = mapOf(15);
        const model = new Map<string, string>();
        for (const { kind, field, value } of steps) {
          const has = model.has(field);
          if (kind === "take") {
            expect(map.take([field])).toHaveLength(model.delete(field) ? 1 : 0);
          } else if (kind === "update") {
            expect(map.update(field, value)).toBe(has ? "ok" : "elementNotFound");
          } else {
            const existing = kind === "insert" ? "elementExists" : "replaced";
            const expected = model.size < 15 ? "ok" : "overflowed";
            expect(map[kind](field, value, SIZE_MAX)).toBe(has ? existing : expected);
          }
          const isAdded = kind !== "take" && kind !== "update" && !has && model.size < 15;
          if (isAdded || (has && (kind === "update" || kind === "upsert"))) model.set(field, value);
        }
        expect(textOf(map.read([...model.keys()]))).toBe(textOf([...model].map(([key, value]) => ({ key, value }))));
        const elements = [...model].reduce(
          (sum, [field, value]) => sum + Math.max(32, Math.ceil((30 + field.length + value.length) / 8) * 8),
          0,
        );
        expect(map.bytes).toBe(model.size === 0 ? 0 : elements + 176);
      }),
    );
  });
});
