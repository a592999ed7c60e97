import { bytesBkey, compareBkeys, formatBkey, numberBkey } from "@branta/arcus-protocol";
import fc from "fast-check";
import { expect, it } from "vitest";
import { BtreeElement } from "./btree-element.ts";
import { CountedTree } from "./counted-tree.ts";

type Step = { readonly insert: number } | { readonly remove: number; readonly count: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ insert: fc.nat(400) }) },
  { weight: 1, arbitrary: fc.record({ remove: fc.double({ min: 0, max: 1, noNaN: true }), count: fc.nat(60) }) },
);

function element(key: number): BtreeElement {
  return new BtreeElement(numberBkey(key), "", "v");
}

function keysForward(tree: CountedTree): number[] {
  const keys: number[] = [];
  if (tree.count === 0) return keys;
  for (const cursor = tree.at(0); cursor.element !== null; cursor.forward()) {
    keys.push(Number(formatBkey(cursor.element)));
  }
  return keys;
}

function keysBackward(tree: CountedTree): number[] {
  const keys: number[] = [];
  if (tree.count === 0) return keys;
  for (const cursor = tree.at(tree.count - 1); cursor.element !== null; cursor.backward()) {
    keys.push(Number(formatBkey(cursor.element)));
  }
  return keys;
}

/** Compares every way of looking with a sorted array. */
function check(tree: CountedTree, model: readonly number[]): void {
  expect(keysForward(tree)).toEqual(model);
  expect(keysBackward(tree)).toEqual(model.toReversed());
  expect(tree.count).toBe(model.length);
  expect(tree.nodeBytes === 0).toBe(model.length === 0);
  for (const key of [0, 13, 200, 399, 400, ...model.slice(0, 50)]) {
    const rank = model.filter((other) => other < key).length;
    expect(tree.rank(numberBkey(key))).toBe(rank);
    expect(tree.find(numberBkey(key)) !== null).toBe(model.includes(key));
    const above = tree.seek(numberBkey(key), 1);
    const below = tree.seek(numberBkey(key), -1);
    if (model.length === 0) continue;
    const { element: next = null } = above ?? {};
    const { element: last = null } = below ?? {};
    expect(next && Number(formatBkey(next))).toBe(model.find((other) => other >= key) ?? null);
    expect(last && Number(formatBkey(last))).toBe(model.findLast((other) => other <= key) ?? null);
  }
  for (let i = 0; i < model.length; i += 7) expect(formatBkey(tree.at(i).element!)).toBe(String(model[i]));
}

function play(steps: readonly Step[]): void {
  const tree = new CountedTree();
  const model: number[] = [];
  for (const next of steps) {
    if ("insert" in next) {
      if (model.includes(next.insert)) continue;
      tree.insert(element(next.insert));
      model.push(next.insert);
      model.sort((a, b) => a - b);
    } else {
      const position = Math.floor(next.remove * model.length);
      const count = Math.min(next.count, model.length - position);
      tree.remove(position, count);
      model.splice(position, count);
    }
  }
  check(tree, model);
}

it("is a sorted array, whatever comes and goes", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 600, size: "max" }), (steps) => play(steps)),
    { numRuns: 150 },
  );
});

it("stays right while thousands of elements go in and out in all orders", () => {
  const tree = new CountedTree();
  const model: number[] = [];
  let state = 1;
  const random = (below: number): number => (state = (state * 48271) % 2147483647) % below;
  for (let round = 0; round < 30; round++) {
    for (let i = 0; i < 500; i++) {
      const key = [random(100_000), round * 1000 + i, 100_000 - round * 1000 - i][round % 3];
      if (tree.find(numberBkey(key)) !== null) continue;
      tree.insert(element(key));
      model.push(key);
    }
    model.sort((a, b) => a - b);
    const position = random(model.length);
    const count = Math.min(random(300), model.length - position);
    tree.remove(position, count);
    model.splice(position, count);
    expect(keysForward(tree)).toEqual(model);
  }
  check(tree, model);
  tree.remove(0, model.length);
  check(tree, []);
});

it("packs keys that come in order, and accounts nodes as the real server does", () => {
  const tree = new CountedTree();
  for (let key = 0; key < 29; key++) tree.insert(element(key));
  expect(tree.nodeBytes).toBe(288);
  for (let key = 29; key < 2900; key++) tree.insert(element(key));
  // 100 leaves of 29 under four branches or less, and a root.
  expect(tree.nodeBytes).toBeLessThan(102 * 288 + 6 * 416);
  for (let key = 0; key < 2899; key++) tree.remove(0, 1);
  expect(tree.nodeBytes).toBe(288);
});

it("holds bytes as well", () => {
  const tree = new CountedTree();
  const keys = Array.from({ length: 300 }, (_, i) => bytesBkey(String.fromCharCode(i % 256).repeat(1 + (i % 31))));
  for (const key of keys) if (tree.find(key) === null) tree.insert(new BtreeElement(key, "", ""));
  const found: BtreeElement[] = [];
  for (const cursor = tree.at(0); cursor.element !== null; cursor.forward()) found.push(cursor.element);
  expect(found).toEqual(found.toSorted(compareBkeys));
  expect(found).toHaveLength(tree.count);
});
