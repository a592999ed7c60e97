import { makeZxid } from "@branta/zookeeper-protocol";
import { expect, test } from "vitest";

import type { Stretch } from "../stretch.ts";
import { planSync, type SyncPlan } from "./sync-plan.ts";

/** Zxids of three epochs. */
const one = (counter: number): number => makeZxid(1, counter);
const two = (counter: number): number => makeZxid(2, counter);
const three = (counter: number): number => makeZxid(3, counter);

/** In memory 1/3 to 1/5 and 2/1 to 2/4; before that only the tree. */
const stretch: Stretch = {
  base: one(2),
  entries: [one(3), one(4), one(5), two(1), two(2), two(3), two(4)].map((zxid) => ({ zxid, bytes: Buffer.alloc(0) })),
};

function planFor(learnerLast: number, established = two(4)): SyncPlan {
  return planSync({ stretch, applied: two(3), established }, learnerLast);
}

test.each([
  ["has everything", two(4), { kind: "diff", zxid: two(4), from: two(4) }],
  ["has the beginning", one(4), { kind: "diff", zxid: two(4), from: one(4) }],
  ["is at the base", one(2), { kind: "diff", zxid: two(4), from: one(2) }],
  ["has more, of an epoch without a quorum", three(1), { kind: "trunc", zxid: two(4), from: two(4) }],
  ["has more of the last epoch", two(7), { kind: "trunc", zxid: two(4), from: two(4) }],
  ["led a later epoch in which nothing happened", three(0), { kind: "diff", zxid: two(4), from: two(4) }],
  ["led an epoch and had no entry of it yet", two(0), { kind: "diff", zxid: two(4), from: two(0) }],
  ["has another end of an epoch: cutting back over its end is more than Apache's can", one(7), snapshot()],
  ["is before all that memory has", one(1), snapshot()],
  ["is new", 0, snapshot()],
  ["has an empty database that must not vote", -1, snapshot()],
] as const)("a learner that %s", (_, learnerLast, plan) => {
  expect(planFor(learnerLast)).toEqual(plan);
});

test("a learner before the first entry in memory, but behind its base, gets the tree", () => {
  const late: Stretch = { base: one(2), entries: [{ zxid: one(5), bytes: Buffer.alloc(0) }] };
  expect(planSync({ stretch: late, applied: one(5), established: one(5) }, one(3)).kind).toBe("snap");
});

test("a history nobody has anything of: everyone has it", () => {
  const nothing: Stretch = { base: 0, entries: [] };
  expect(planSync({ stretch: nothing, applied: 0, established: 0 }, 0)).toEqual({ kind: "diff", zxid: 0, from: 0 });
  expect(planSync({ stretch: nothing, applied: 0, established: 0 }, -1).kind).toBe("snap");
});

function snapshot(): SyncPlan {
  return { kind: "snap", zxid: two(3), from: two(3) };
}
