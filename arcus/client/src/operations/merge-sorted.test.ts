import type { Merged } from "@branta/arcus-protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeSorted } from "./merge-sorted.ts";

const ALL = { isDescending: false, count: 100, unique: false };

/** What a node answers of its b+trees: `key:bkey` each. */
function part(elements: readonly string[], more: Partial<Merged> = {}): Merged {
  return {
    elements: elements.map((text) => {
      const [key = "", bkey = ""] = text.split(":");
      return { key, bkey, flags: 0, eflag: null, data: Buffer.alloc(0) };
    }),
    missed: [],
    trimmed: [],
    duplicated: false,
    ...more,
  };
}

function texts(merged: Merged): string[] {
  return merged.elements.map(({ key, bkey }) => `${key}:${bkey}`);
}

describe("mergeSorted", () => {
  it("sorts by bkey, then by key, either way", () => {
    const parts = [part(["a:1", "b:10"]), part(["c:1", "c:9"])];
    expect(texts(mergeSorted(parts, ALL))).toEqual(["a:1", "c:1", "c:9", "b:10"]);
    const down = [part(["b:10", "a:1"]), part(["c:9", "c:1"])];
    expect(texts(mergeSorted(down, { ...ALL, isDescending: true }))).toEqual(["b:10", "c:9", "c:1", "a:1"]);
    expect(texts(mergeSorted([part(["a:0x0A", "a:0x0A01"]), part(["b:0x02FF"])], ALL))).toEqual([
      "b:0x02FF",
      "a:0x0A",
      "a:0x0A01",
    ]);
  });

  it("says that a bkey is there twice, or takes only the first", () => {
    const parts = [part(["a:1"]), part(["b:1", "b:2"])];
    expect(mergeSorted(parts, ALL).duplicated).toBe(true);
    const unique = mergeSorted(parts, { ...ALL, unique: true });
    expect([texts(unique), unique.duplicated]).toEqual([["a:1", "b:2"], false]);
    expect(mergeSorted(parts, { ...ALL, count: 1 }).duplicated).toBe(false);
  });

  it("names keys as trimmed only where the answer could have had more of them", () => {
    const trimmed = [
      part(["a:5", "a:6"], { trimmed: [{ key: "a", bkey: "5" }] }),
      part(["b:1", "b:2"], { trimmed: [] }),
    ];
    expect(mergeSorted(trimmed, { ...ALL, count: 2 }).trimmed).toEqual([]);
    expect(mergeSorted(trimmed, { ...ALL, count: 4 }).trimmed).toEqual([{ key: "a", bkey: "5" }]);
    expect(mergeSorted(trimmed, ALL).trimmed).toEqual([{ key: "a", bkey: "5" }]);
  });

  it("answers as one node with all b+trees would", () => {
    const bkeys = fc.uniqueArray(fc.nat(30), { maxLength: 10 });
    fc.assert(
      fc.property(fc.array(bkeys, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 20 }), (trees, count) => {
        const sorted = trees.map((tree, index) => tree.toSorted((a, b) => a - b).map((bkey) => `t${index}:${bkey}`));
        const merged = mergeSorted(
          sorted.map((tree) => part(tree.slice(0, count))),
          { ...ALL, count },
        );
        const expected = trees
          .flatMap((tree, index) => tree.map((bkey) => ({ bkey, text: `t${index}:${bkey}` })))
          .sort((a, b) => a.bkey - b.bkey || (a.text < b.text ? -1 : 1));
        expect(texts(merged)).toEqual(expected.slice(0, count).map(({ text }) => text));
      }),
    );
  });
});
