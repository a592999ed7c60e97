import { expect, test } from "vitest";
import { OperationCounters } from "./operation-counters.ts";
import { COUNTER_NAMES } from "./counter-names.ts";
import { operations } from "./operations.ts";
import { TopKeys } from "./top-keys.ts";

const COLON = 0x3a;

function counted(counters: OperationCounters): Record<string, number> {
  return Object.fromEntries(
    COUNTER_NAMES.map((name, at) => [name, counters.values[at]!] as const).filter(([, value]) => value > 0),
  );
}

test("every end of an operation counts an attempt and, where the real server has one, its own counter", () => {
  const counters = new OperationCounters({ delimiter: COLON });
  const key = Buffer.from("get ab:c\r\n");
  counters.hit(operations.get, key, 4, 8);
  counters.miss(operations.get, key, 4, 8);
  counters.none(operations.bopGet, key, 4, 8);
  counters.bad(operations.cas, key, 4, 8);
  counters.other(operations.lopInsert, key, 4, 8);
  counters.hit(operations.set, key, 4, 8);
  counters.keyless(operations.bopMget, true);
  counters.keyless(operations.bopMget, false);
  counters.keyless(operations.flush, true);
  expect(counted(counters)).toEqual({
    cmd_get: 2,
    get_hits: 1,
    get_misses: 1,
    cmd_bop_get: 1,
    bop_get_none_hits: 1,
    cmd_cas: 1,
    cas_badval: 1,
    cmd_lop_insert: 1,
    cmd_set: 1,
    cmd_bop_mget: 2,
    bop_mget_oks: 1,
    cmd_flush: 1,
  });
  expect(counters.details.count).toBe(0);
  counters.reset();
  expect(counted(counters)).toEqual({});
});

test("every operation counts into counters that exist", () => {
  for (const operation of Object.values(operations)) {
    expect(COUNTER_NAMES[operation.command], operation.name).toBe(`cmd_${operation.name}`);
    for (const [ending, suffixes] of [
      ["hit", ["_hits", "_elem_hits", "_oks"]],
      ["none", ["_none_hits"]],
      ["miss", ["_misses"]],
      ["bad", ["_badval"]],
    ] as const) {
      const at = operation[ending];
      if (at >= 0) expect(suffixes.map((suffix) => operation.name + suffix)).toContain(COUNTER_NAMES[at]);
    }
  }
});

test("details are counted by the first prefix, while they are on", () => {
  const counters = new OperationCounters({ delimiter: COLON, detailed: true });
  const add = (name: "hit" | "none" | "miss" | "other", operation: keyof typeof operations, key: string) =>
    counters[name](operations[operation], Buffer.from(`${key} :`), 0, key.length);
  add("hit", "get", "pfx:a:b");
  add("miss", "get", "pfx:c");
  add("hit", "set", "pfx");
  add("none", "lopGet", "pfx:l");
  add("none", "mopUpdate", "pfx:m");
  add("other", "sopInsert", "pfx:s");
  add("hit", "setattr", ":x");
  add("hit", "get", "-bad:x");
  counters.detailed = false;
  add("hit", "get", "pfx:a");
  const lines = counters.details.lines();
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^PREFIX pfx get 2 hit 1 set 0 del 0 /);
  expect(lines[0]).toContain(" lgs 1 lgh 1 ");
  expect(lines[0]).toContain(" mus 1 muh 0 ");
  expect(lines[0]).toContain(" sis 1 sih 0 ");
  expect(lines[1]).toMatch(/^PREFIX <null> get 0 hit 0 set 1 .* sas 1$/);
  expect(counters.details.lines(["<null>", "nobody"])).toEqual([lines[1]]);
  expect(counters.details.delete("pfx")).toBe(true);
  expect(counters.details.delete("pfx")).toBe(false);
});

test("too many prefixes end the collection of details", () => {
  const counters = new OperationCounters({ delimiter: COLON, detailed: true });
  for (let at = 0; at < 10_001; at++) {
    const key = Buffer.from(`p${at}:k`);
    counters.hit(operations.get, key, 0, key.length);
  }
  expect(counters.details.count).toBe(10_000);
  expect(counters.detailed).toBe(false);
});

test("top keys forget the key that was not used for longest", () => {
  let nowS = 5;
  const topKeys = new TopKeys(2, () => nowS);
  const counters = new OperationCounters({ delimiter: COLON, topKeys });
  for (const name of ["a", "b", "a", "c"]) counters.hit(operations.get, Buffer.from(name), 0, 1);
  counters.hit(operations.set, Buffer.from("a"), 0, 1);
  nowS = 8;
  const lines = [...topKeys.lines()];
  expect(lines.map(([key]) => key)).toEqual(["a", "c"]);
  expect(lines[0]![1]).toBe(
    "get_hits=2,get_misses=0,cmd_set=1,incr_hits=0,incr_misses=0,decr_hits=0,decr_misses=0,delete_hits=0," +
      "delete_misses=0,evictions=0,cas_hits=0,cas_misses=0,cas_badval=0,ctime=3,atime=3",
  );
});
