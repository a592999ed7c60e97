import { expect, it } from "vitest";
import { sortByArrival } from "./contention.ts";
import { firstGoes } from "./lock.ts";

it("puts names in the order of their numbers, whatever protection stands before them", () => {
  const names = [
    "_c_ffffffff-0000-4000-8000-000000000000-lock-0000000001",
    "_c_00000000-0000-4000-8000-000000000000-lock-0000000003",
    "lock-0000000002",
    "something else",
  ];
  expect(sortByArrival(names, ["lock-"])).toEqual([names[0], names[2], names[1]]);
});

it("sorts readers and writers together", () => {
  const names = ["_c_1-__WRIT__0000000002", "_c_2-__READ__0000000001", "_c_3-__READ__0000000003"];
  expect(sortByArrival(names, ["__READ__", "__WRIT__"])).toEqual([names[1], names[0], names[2]]);
});

it("lets the first go, and each of the others wait for the one before it", () => {
  expect(firstGoes(["a", "b", "c"], 0)).toEqual({ mine: true });
  expect(firstGoes(["a", "b", "c"], 2)).toEqual({ mine: false, wait: "b" });
});
