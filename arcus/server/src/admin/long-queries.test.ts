import { beforeEach, expect, test } from "vitest";
import { LongQueries } from "./long-queries.ts";

let nowMs: number;
let queries: LongQueries;

beforeEach(() => {
  nowMs = new Date(2026, 10, 21, 4, 38, 1).getTime();
  queries = new LongQueries(() => nowMs);
});

const asker = { address: "127.0.0.1", key: "pl" };

test("shows every command and, below it, the queries at or above the threshold", () => {
  expect(queries.start(7)).toBe(true);
  expect(queries.start(1)).toBe(false);
  queries.lopGet(asker, 6, 0, -1, "");
  queries.lopGet(asker, 5, 0, 9, "");
  queries.lopDelete(asker, 1, -7, -1, true);
  queries.lopInsert(asker, 6);
  nowMs += 2.5;
  queries.bopGet(asker, 100, "0x00..0xFF", true, 0, 100, "delete");
  queries.bopGbp(asker, 9, 0, 8, "desc");
  expect(queries.show()).toBe(
    [
      "sop get : 0",
      "mop delete : 0",
      "mop get : 0",
      "lop insert : 1",
      "04:38:01.000000 127.0.0.1 <7> lop insert pl 6",
      "lop delete : 1",
      "04:38:01.000000 127.0.0.1 <8> lop delete pl -7..-1 drop",
      "lop get : 1",
      "04:38:01.000000 127.0.0.1 <7> lop get pl 0..-1",
      "bop delete : 0",
      "bop get : 1",
      "04:38:01.002500 127.0.0.1 <100> bop get pl 0x00..0xFF efilter 0 100 delete",
      "bop count : 0",
      "bop gbp : 1",
      "04:38:01.002500 127.0.0.1 <9> bop gbp pl 0..8 desc",
      "",
    ].join("\n"),
  );
});

test("keeps one example of an argument, but one a key where all elements were asked for", () => {
  queries.start(1);
  const other = { ...asker, key: "A".repeat(251) };
  queries.sopGet(asker, 5, 3, "");
  queries.sopGet(other, 5, 3, "");
  queries.sopGet(asker, 5, 0, "");
  queries.sopGet(asker, 5, 0, "");
  queries.sopGet(other, 5, 0, "");
  const lines = queries.show().split("\n");
  expect(lines.slice(0, 5).map((line) => line.replace(/^[\d:.]+ /, ""))).toEqual([
    "sop get : 5",
    "127.0.0.1 <5> sop get pl 3",
    "127.0.0.1 <5> sop get pl 0",
    `127.0.0.1 <5> sop get ${"A".repeat(124)}...${"A".repeat(123)} 0`,
    "mop delete : 0",
  ]);
});

test("tells its state, and forgets the last run's numbers with the next start", () => {
  expect(queries.statsText()).toBe(
    "\tLong query detection stats : stopped by explicit request\n\tThe last running time : 0_0 ~ 0_0\n" +
      "\tThe number of total long query commands : 0\n\tThe detection threshold : 0\n",
  );
  expect(queries.stop()).toBe(false);
  queries.start(0);
  queries.mopGet(asker, 4000, 0, "");
  queries.mopDelete(asker, 3999, 2, false);
  expect(queries.statsText()).toContain("running\n\tThe last running time : 20261121_43801 ~ 0_0\n");
  expect(queries.statsText()).toContain("commands : 1\n\tThe detection threshold : 4000\n");
  nowMs += 60_000;
  expect(queries.stop()).toBe(true);
  expect(queries.statsText()).toContain("20261121_43801 ~ 20261121_43901");
  queries.mopGet(asker, 9999, 1, "");
  expect(queries.show()).toContain("mop get : 1\n");
  queries.start(0);
  expect(queries.show()).toContain("mop get : 0\n");
});

test("stops by itself when every command has its examples", () => {
  queries.start(1);
  for (let n = 1; n <= 20; n++) {
    queries.sopGet(asker, n, n, "");
    queries.mopGet(asker, n, n, "drop");
    queries.mopDelete(asker, n, n, true);
    queries.lopInsert(asker, n);
    queries.lopDelete(asker, n, n, n, false);
    queries.lopGet(asker, n, n, n, "");
    queries.bopDelete(asker, n, `${n}`, false, 0, false);
    queries.bopGet(asker, n, `${n}`, false, 0, 0, "");
    queries.bopCount(asker, n, `${n}`, false);
    expect(queries.running).toBe(true);
    queries.bopGbp(asker, n, n, n, "asc");
  }
  expect(queries.running).toBe(false);
  expect(queries.statsText()).toContain("stopped by internal buffer overflow");
});
