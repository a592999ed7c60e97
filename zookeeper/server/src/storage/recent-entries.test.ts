import { makeZxid } from "@branta/zookeeper-protocol";
import { describe, expect, test } from "vitest";
import { RecentEntries } from "./recent-entries.ts";
import { range } from "./storage-test-kit.ts";

function kept(limit: number, zxids: readonly number[]): number[] {
  const recent = new RecentEntries(limit);
  for (const zxid of zxids) recent.add(zxid, Buffer.from([zxid & 0xff]));
  return recent.upTo(zxids.at(-1) ?? 0).map(({ zxid }) => zxid);
}

describe("RecentEntries", () => {
  test("keeps the last ones", () => {
    expect(kept(3, range(1, 20))).toEqual([18, 19, 20]);
    expect(kept(3, [1, 2])).toEqual([1, 2]);
    expect(kept(0, range(1, 20))).toEqual([]);
    expect(kept(3, [])).toEqual([]);
  });

  test("begins anew behind a gap, and not where an epoch begins", () => {
    expect(kept(9, [1, 2, 4, 5])).toEqual([4, 5]);
    expect(kept(9, [1, 2, makeZxid(3, 1), makeZxid(3, 2)])).toEqual([1, 2, makeZxid(3, 1), makeZxid(3, 2)]);
    expect(kept(9, [1, 2, makeZxid(3, 2)])).toEqual([makeZxid(3, 2)]);
  });

  test("has nothing for a history that ends elsewhere, and nothing that changes with what it was given", () => {
    const recent = new RecentEntries(5);
    const bytes = Buffer.from([1]);
    recent.add(7, bytes);
    expect(recent.upTo(8)).toEqual([]);
    const [entry] = recent.upTo(7);
    bytes[0] = 2;
    expect(entry!.bytes).toEqual(Buffer.from([1]));
  });
});
