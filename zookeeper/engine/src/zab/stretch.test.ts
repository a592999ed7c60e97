import { makeZxid } from "@branta/zookeeper-protocol";
import { describe, expect, test } from "vitest";

import { hasPosition, indexAfter, joinStretches, positionBefore, type Stretch } from "./stretch.ts";

const entriesOf = (...zxids: number[]): { zxid: number; bytes: Buffer }[] =>
  zxids.map((zxid) => ({ zxid, bytes: Buffer.alloc(0) }));

const stretchOf = (base: number, ...zxids: number[]): Stretch => ({ base, entries: entriesOf(...zxids) });

/** Zxids of two epochs. */
const one = (counter: number): number => makeZxid(1, counter);
const two = (counter: number): number => makeZxid(2, counter);

test("positions are found by halving", () => {
  const zxids = [one(1), one(2), two(1), two(2)];
  const entries = entriesOf(...zxids);
  expect([0, one(1), one(9), two(0), two(1), two(5)].map((zxid) => indexAfter(entries, zxid))).toEqual([
    0, 1, 2, 2, 3, 4,
  ]);
  expect(indexAfter([], 5)).toBe(0);
  const stretch = stretchOf(7, ...zxids);
  for (const zxid of [7, ...zxids]) expect(hasPosition(stretch, zxid)).toBe(true);
  for (const zxid of [0, one(3), two(0), two(3)]) expect(hasPosition(stretch, zxid)).toBe(false);
});

describe("what was read from disk and what is in memory", () => {
  const joined = (read: number[], memory: Stretch): number[] | null =>
    joinStretches(entriesOf(...read), memory)?.entries.map(({ zxid }) => zxid) ?? null;

  test("are one where the first ends at the base of the second", () => {
    expect(joined([one(2), one(3)], stretchOf(one(3), one(4), one(5)))).toEqual([2, 3, 4, 5].map(one));
    expect(joined([one(2), one(3)], stretchOf(one(3)))).toEqual([2, 3].map(one));
    expect(joinStretches(entriesOf(one(2), one(3)), stretchOf(one(3)))!.base).toBe(positionBefore(one(2)));
  });

  test("are none where they overlap: more was read than was asked for", () => {
    expect(joined([one(2), one(3), one(4)], stretchOf(one(2), one(3), one(4), one(5)))).toBeNull();
  });

  test("are two where memory has gone on meanwhile", () => {
    expect(joined([one(2), one(3)], stretchOf(one(5), one(6)))).toBeNull();
    expect(joined([one(2), one(3)], stretchOf(one(5)))).toBeNull();
    // The end of epoch 1 is missing.
    expect(joined([one(2), one(3)], stretchOf(one(5), two(1)))).toBeNull();
  });

  test("may meet at the beginning of an epoch, which no entry has", () => {
    expect(joined([one(2), one(3)], stretchOf(two(0), two(1)))).toEqual([one(2), one(3), two(1)]);
    expect(joined([one(2), one(3)], stretchOf(two(0)))).toBeNull();
  });

  test("are nothing with a gap, or without anything read", () => {
    expect(joined([one(2), one(4)], stretchOf(one(4), one(5)))).toBeNull();
    expect(joined([one(2), two(2)], stretchOf(two(2)))).toBeNull();
    expect(joined([], stretchOf(0, one(1)))).toBeNull();
  });
});
