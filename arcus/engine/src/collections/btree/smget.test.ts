import { bytesBkey, compareBkeys, formatBkey, numberBkey } from "@branta/arcus-protocol";
import fc from "fast-check";
import { expect, it } from "vitest";
import { newAttributes, type OverflowAction } from "../attributes.ts";
import { BtreeCollection } from "./btree-collection.ts";
import { BtreeElement } from "./btree-element.ts";
import { smget, type SmgetRequest, type SmgetResult } from "./smget.ts";

const SIZE_MAX = 50_000;

function btree(
  keys: readonly number[],
  maxCount = 100,
  overflowAction: OverflowAction = "smallest_trim",
): BtreeCollection {
  const made = new BtreeCollection(newAttributes("b+tree", { maxCount, overflowAction }, SIZE_MAX));
  for (const key of keys) {
    made.insert(new BtreeElement(numberBkey(key), "", String(key)), { replaces: false, sizeMax: SIZE_MAX });
  }
  return made;
}

function ask(
  trees: Readonly<Record<string, BtreeCollection | "typeMismatch">>,
  keys: readonly string[],
  [from, to]: readonly [number, number],
  some: Partial<SmgetRequest> = {},
): string {
  const range = { from: numberBkey(from), to: numberBkey(to) };
  const result = smget(
    keys,
    (key) => {
      const collection = trees[key] ?? "keyNotFound";
      return typeof collection === "string" ? collection : { collection, flags: 0 };
    },
    { range, filter: null, offset: 0, count: 100, mode: "duplicate", ...some },
  );
  return typeof result === "string" ? result : show(result, keys);
}

function show(result: SmgetResult, keys: readonly string[]): string {
  const hits = result.hits.map(({ keyIndex, element }) => `${keys[keyIndex]}:${formatBkey(element)}`);
  const missed = result.missed.map(({ keyIndex, reason }) => `${keys[keyIndex]} ${reason}`);
  const trims = result.trimmedKeys.map(({ keyIndex, element }) => `${keys[keyIndex]}<${formatBkey(element)}`);
  const ends = [...(result.duplicated ? ["duplicated"] : []), ...(result.endedByTrim ? ["ended"] : [])];
  return [hits.join(" "), ...missed, ...trims, ...ends].join("; ");
}

it("merges by bkey, then by key", () => {
  const trees = { a: btree([1, 3, 5]), b: btree([3, 4]), c: "typeMismatch" as const };
  expect(ask(trees, ["b", "a"], [0, 9])).toBe("a:1 a:3 b:3 b:4 a:5; duplicated");
  expect(ask(trees, ["b", "a"], [9, 0])).toBe("a:5 b:4 b:3 a:3 a:1; duplicated");
  expect(ask(trees, ["b", "a"], [0, 9], { mode: "unique" })).toBe("a:1 a:3 b:4 a:5");
  expect(ask(trees, ["b", "a"], [0, 9], { offset: 1, count: 2 })).toBe("a:3 b:3; duplicated");
  expect(ask(trees, ["a", "x"], [4, 9])).toBe("a:5; x keyNotFound");
  expect(ask(trees, ["a", "c"], [4, 9])).toBe("typeMismatch");
  expect(ask(trees, ["a", "a"], [4, 9])).toBe("badValue");
});

it("lists trims within the answer, and keys of which nothing is left", () => {
  const trees = { a: btree([1, 2, 3, 4], 3), b: btree([1, 2]) };
  expect(ask(trees, ["a", "b"], [9, 0])).toBe("a:4 a:3 b:2 a:2 b:1; a<2; duplicated");
  expect(ask(trees, ["a", "b"], [9, 0], { count: 2 })).toBe("a:4 a:3");
  expect(ask(trees, ["a", "b"], [0, 9])).toBe("b:1 b:2; a bkeyOutOfRange");
  expect(ask(trees, ["a", "b"], [0, 9], { mode: "legacy" })).toBe("bkeyOutOfRange");
  expect(ask(trees, ["a", "b"], [9, 0], { mode: "legacy" })).toBe("a:4 a:3 b:2 a:2; duplicated; ended");
});

it("skips what a filter leaves out, and tells of trims behind it", () => {
  const marked = (keys: readonly number[], maxCount: number): BtreeCollection => {
    const made = btree([], maxCount);
    for (const key of keys) {
      const element = new BtreeElement(numberBkey(key), key > 50 ? "\x01" : "", "");
      made.insert(element, { replaces: false, sizeMax: SIZE_MAX });
    }
    return made;
  };
  const trees = {
    a: marked([10, 20, 30, 40], 3),
    b: marked([10, 60, 70, 80, 90], 4),
    c: marked([20, 30, 40, 60, 65], 4),
  };
  const filter = { offset: 0, bitwise: null, comparison: "EQ", values: ["\x01"] } as const;
  expect(ask(trees, ["a", "b", "c"], [99, 0], { filter })).toBe(
    "b:90 b:80 b:70 c:65 c:60 b:60; b<60; c<30; a<20; duplicated",
  );
  expect(ask(trees, ["a", "b", "c"], [99, 0], { filter, mode: "legacy" })).toBe("bkeyOutOfRange");
  expect(ask(trees, ["b", "c"], [99, 0], { filter, mode: "unique", count: 3 })).toBe("b:90 b:80 b:70");
  expect(ask(trees, ["b", "c"], [99, 0], { filter, count: 1, mode: "unique" })).toBe("b:90");
});

it("leaves hidden ones out and refuses other kinds of bkeys", () => {
  const hidden = btree([1]);
  hidden.attributes.readable = false;
  const bytes = new BtreeCollection(newAttributes("b+tree", {}, SIZE_MAX));
  bytes.insert(new BtreeElement(bytesBkey("x"), "", ""), { replaces: false, sizeMax: SIZE_MAX });
  const trees = { a: btree([1, 2]), hidden, bytes, empty: btree([]) };
  expect(ask(trees, ["hidden", "empty", "a"], [0, 9])).toBe("a:1 a:2; hidden unreadable");
  expect(ask(trees, ["a", "bytes"], [0, 9])).toBe("bkeyMismatch");
  expect(ask(trees, ["a", "a"], [0, 9], { count: 1 })).toBe("badValue");
});

it("is the sorted sum of all collections", () => {
  const keys = fc.uniqueArray(fc.nat(60), { maxLength: 20 });
  const trees = fc.array(keys, { minLength: 1, maxLength: 12 });
  const request = fc.record({
    range: fc.tuple(fc.nat(60), fc.nat(60)),
    offset: fc.nat(6),
    count: fc.integer({ min: 1, max: 30 }),
    mode: fc.constantFrom("duplicate", "unique", "legacy"),
  });
  fc.assert(
    fc.property(trees, request, (lists, { range, offset, count, mode }) => {
      const names = lists.map((_, at) => `k${at}`);
      const made = Object.fromEntries(lists.map((list, at) => [names[at], btree(list)]));
      const [low, high] = [Math.min(...range), Math.max(...range)];
      const sign = range[0] > range[1] ? -1 : 1;
      let all = lists.flatMap((list, at) => list.map((key) => ({ key, name: names[at] })));
      all = all.filter(({ key }) => key >= low && key <= high);
      all.sort((a, b) => sign * (a.key - b.key || (a.name < b.name ? -1 : 1)));
      if (mode === "unique") all = all.filter(({ key }, at) => at === 0 || all[at - 1].key !== key);
      const wanted = all.slice(offset, offset + count);
      const isDouble = wanted.some(({ key }, at) => at > 0 && wanted[at - 1].key === key);
      const expected = wanted.map(({ key, name }) => `${name}:${key}`).join(" ") + (isDouble ? "; duplicated" : "");
      expect(ask(made, names, range, { offset, count, mode })).toBe(expected);
    }),
    { numRuns: 1000 },
  );
});

it("walks over what a filter leaves out once, however often a key stands in the list", () => {
  let looks = 0;
  const marked = (keys: readonly number[], maxCount: number): BtreeCollection => {
    const made = btree([], maxCount);
    for (const key of keys) {
      const element = new BtreeElement(numberBkey(key), "", "");
      const eflag = key % 4000 === 3999 ? "\x01" : "";
      Object.defineProperty(element, "eflag", { get: () => (looks++, eflag) });
      made.insert(element, { replaces: false, sizeMax: SIZE_MAX });
    }
    return made;
  };
  const filter = { offset: 0, bitwise: null, comparison: "EQ", values: ["\x01"] } as const;
  const numbers = Array.from({ length: 4000 }, (_, at) => at);
  // The front of "trimmed" is gone; nothing of it passes. The match of "a" is the end of the range.
  const trees = { a: marked(numbers, 5000), b: marked([3999], 10), trimmed: marked(numbers.slice(0, 3001), 3000) };
  const again = (key: string): string[] => Array.from({ length: 1000 }, () => key);
  looks = 0;
  expect(ask(trees, ["b", ...again("a")], [9999, 0], { filter, count: 1 })).toBe("b:3999");
  expect(ask(trees, ["b", ...again("c"), ...again("trimmed")], [9999, 0], { filter, mode: "legacy" })).toBe(
    "bkeyOutOfRange",
  );
  const trims = ask(trees, ["b", ...again("trimmed")], [9999, 0], { filter });
  expect(trims).toBe(`b:3999; ${again("trimmed<1").join("; ")}`);
  expect(ask(trees, ["a", ...again("trimmed")], [0, 3999], { filter })).toMatch(/^a:3999; trimmed bkeyOutOfRange/);
  // Behind "Z", which is full with one element.
  const behind = { ...trees, Z: marked([3999], 10) };
  expect(ask(behind, ["Z", ...again("a")], [0, 3999], { filter, count: 1 })).toBe("Z:3999");
  // Takes turns with "Z" at the same element, and has no other.
  expect(ask(behind, ["Z", ...again("a")], [0, 5000], { filter, mode: "unique" })).toBe("Z:3999");
  expect(looks).toBeLessThan(60_000);
});

it("does not look at more than it answers with", () => {
  const names = Array.from({ length: 5000 }, (_, at) => `k${at}`);
  const made = Object.fromEntries(names.map((name, at) => [name, btree([at, 10_000 + at, 20_000 + at])]));
  expect(ask(made, names, [0, 100_000], { count: 3 })).toBe("k0:0 k1:1 k2:2");
  expect(ask(made, names, [100_000, 0], { count: 2 })).toBe("k4999:24999 k4998:24998");
  expect(compareBkeys(numberBkey(1), numberBkey(2))).toBeLessThan(0);
});
