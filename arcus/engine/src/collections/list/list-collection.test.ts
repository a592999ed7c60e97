import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newAttributes, type OverflowAction } from "../attributes.ts";
import { ListCollection } from "./list-collection.ts";

const SIZE_MAX = 50_000;
const listOf = (maxCount: number, overflowAction?: OverflowAction) =>
  new ListCollection(newAttributes("list", overflowAction ? { maxCount, overflowAction } : { maxCount }, SIZE_MAX));
const fill = (list: ListCollection, values: string) => {
  for (const value of values) list.insert(-1, value, SIZE_MAX);
  return list;
};
const textOf = (list: ListCollection, from = 0, to = -1) => {
  const range = list.range(from, to);
  return range === null ? null : list.read(range).join("");
};

describe("ListCollection", () => {
  it("takes values at either end and in the middle", () => {
    const list = fill(listOf(10), "ace");
    list.insert(1, "b", SIZE_MAX);
    list.insert(-2, "d", SIZE_MAX);
    list.insert(0, "_", SIZE_MAX);
    expect(textOf(list)).toBe("_abcde");
    expect(list.insert(7, "x", SIZE_MAX)).toBe("outOfRange");
    expect(list.insert(-8, "x", SIZE_MAX)).toBe("outOfRange");
    expect(list.insert(-7, "^", SIZE_MAX)).toBe("ok");
    expect(textOf(list)).toBe("^_abcde");
  });

  it("makes room at the opposite end, or where its action says", () => {
    const tail = fill(listOf(4), "abcd");
    tail.insert(0, "1", SIZE_MAX);
    expect(textOf(tail)).toBe("1abc");
    tail.insert(-1, "2", SIZE_MAX);
    expect(textOf(tail)).toBe("abc2");
    tail.insert(1, "3", SIZE_MAX);
    expect(textOf(tail)).toBe("a3bc");
    tail.insert(-2, "4", SIZE_MAX);
    expect(textOf(tail)).toBe("a3b4");
    const head = fill(listOf(4, "head_trim"), "abcd");
    head.insert(2, "1", SIZE_MAX);
    expect(textOf(head)).toBe("b1cd");
    head.insert(-2, "2", SIZE_MAX);
    expect(textOf(head)).toBe("1c2d");
    const strict = fill(listOf(2, "error"), "abc");
    expect(textOf(strict)).toBe("ab");
    expect(strict.insert(1, "x", SIZE_MAX)).toBe("overflowed");
    expect(strict.insert(2, "x", SIZE_MAX)).toBe("outOfRange");
    expect(listOf(4).insert(0, "x", SIZE_MAX, true)).toBe("outOfMemory");
  });

  it("reads and deletes stretches in both directions, cut to what is there", () => {
    const list = fill(listOf(10), "abcde");
    expect(textOf(list, 3, 1)).toBe("dcb");
    expect(textOf(list, -1, 0)).toBe("edcba");
    expect(textOf(list, 3, 100)).toBe("de");
    expect(textOf(list, -100, 1)).toBe("ab");
    expect(textOf(list, 5, 9)).toBeNull();
    expect(textOf(list, -9, -6)).toBeNull();
    expect(textOf(listOf(10))).toBeNull();
    list.remove(list.range(3, 2) ?? expect.fail());
    expect(textOf(list)).toBe("abe");
    list.remove(list.range(0, -1) ?? expect.fail());
    expect(list).toMatchObject({ count: 0, bytes: 0 });
  });

  it("accounts a slot for every element", () => {
    const list = listOf(10);
    list.insert(0, "abc", SIZE_MAX);
    expect(list.bytes).toBe(48);
    list.insert(0, "x".repeat(100), SIZE_MAX);
    expect(list.bytes).toBe(48 + 144);
  });

  it("never holds more than its maximum and accounts exactly what it holds", () => {
    const insert = fc.record({ index: fc.integer({ min: -9, max: 9 }), length: fc.nat(60) });
    fc.assert(
      fc.property(fc.array(insert, { maxLength: 60 }), fc.integer({ min: 1, max: 8 }), (inserts, maxCount) => {
        const list = listOf(maxCount, "head_trim");
        for (const { index, length } of inserts) list.insert(index, "v".repeat(length), SIZE_MAX);
        expect(list.count).toBeLessThanOrEqual(maxCount);
        const range = list.range(0, -1);
        const values = range === null ? [] : list.read(range);
        const expected = values.reduce((sum, value) => sum + Math.max(32, Math.ceil((38 + value.length) / 8) * 8), 0);
        expect(list.bytes).toBe(expected);
      }),
    );
  });
});
