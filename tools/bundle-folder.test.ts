import { expect, test } from "vitest";
import { outdatedBuilds } from "./bundle-folder.ts";

const HOUR_MS = 60 * 60_000;
const name = (ms: number, prefix = "") => `${prefix}${ms.toString(36)}-77`;

test("the newest builds stay, and what is not a build", () => {
  const times = [5, 1, 6, 2, 4, 3].map((day) => day * 24 * HOUR_MS);
  const entries = [...times.map((time) => name(time)), "current", "notes.txt"];
  expect(outdatedBuilds(entries, 7 * 24 * HOUR_MS)).toEqual([name(2 * 24 * HOUR_MS), name(24 * HOUR_MS)]);
});

test("what is being made stays, what was left half made goes", () => {
  const now = 10 * HOUR_MS;
  const [making, left, link] = [
    name(now - 1_000, "unfinished-"),
    name(now - 2 * HOUR_MS, "unfinished-"),
    name(1, "link-"),
  ];
  expect(outdatedBuilds([making, left, link, "current"], now)).toEqual([left, link]);
});
