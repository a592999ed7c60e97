import { expect, test } from "vitest";
import { checkHistory } from "./check-history.ts";
import { type Answer, type Call, History, type Write } from "./history.ts";
import type { DumpedNode, Tree } from "./tree-dump.ts";

const FOLDER = "/r";
const ALIVE = new Set([7n]);

function write(call: Call, calledAt: number, returnedAt: number, answer: Answer | null): Write {
  return { client: 0, call, calledAt, returnedAt: answer === null ? Infinity : returnedAt, answer };
}
const done = (zxid: number, more: { version?: number; path?: string } = {}): Answer => ({
  kind: "done",
  zxid,
  version: 0,
  path: "",
  ...more,
});
const set = (value: string, version = -1): Call => ({ kind: "set", path: "/r/r0", value, version });
const create = (path: string, owner = 0n): Call => ({ kind: "create", path, owner });
const node = (data: string, version = 0, owner = 0n): DumpedNode => ({ text: data, data, version, mzxid: 0, owner });
const check = (writes: readonly Write[], nodes: Record<string, DumpedNode>): string[] => {
  const history = new History();
  history.writes.push(...writes);
  const tree: Tree = new Map(Object.entries(nodes));
  return checkHistory(history, FOLDER, tree, ALIVE);
};

test("a history that keeps every promise breaks none", () => {
  const writes = [
    write(set("a"), 0, 1, done(1, { version: 1 })),
    // Never answered, and took place all the same; another one did not.
    write(set("b"), 2, 0, null),
    write(set("lost"), 2, 0, null),
    write(set("c", 1), 5, 6, { kind: "badVersion", zxid: 3 }),
    write(set("c", 2), 7, 8, done(4, { version: 3 })),
    write({ kind: "sequential", value: "s" }, 0, 2, done(2, { path: "/r/q/s-0000000000" })),
    write(create("/r/l/1"), 9, 10, done(6)),
    write(create("/r/l/2"), 9, 10, done(7)),
    write({ kind: "delete", path: "/r/l/2" }, 11, 12, done(11)),
    write(create("/r/e/1", 7n), 9, 10, done(9)),
    write(create("/r/e/2", 8n), 9, 10, done(10)),
    write(create("/r/l/3"), 9, 0, null),
  ];
  const nodes = {
    "/r/r0": node("c", 3),
    "/r/q/s-0000000000": node("s"),
    "/r/l/1": node(""),
    "/r/e/1": node("", 0, 7n),
  };
  expect(check(writes, nodes)).toEqual([]);
});

test.each<[string, Write[], Record<string, DumpedNode>]>([
  ["is gone", [write(create("/r/l/1"), 0, 1, done(1))], {}],
  [
    "is there after",
    [write(create("/r/l/1"), 0, 1, done(1)), write({ kind: "delete", path: "/r/l/1" }, 2, 3, done(2))],
    { "/r/l/1": node("") },
  ],
  ["outlives its session", [write(create("/r/e/1", 8n), 0, 1, done(1))], { "/r/e/1": node("", 0, 8n) }],
  ["is gone", [write(create("/r/e/1", 7n), 0, 1, done(1))], {}],
  [
    "has the zxid of",
    [write(create("/r/l/1"), 0, 9, done(1)), write(create("/r/l/2"), 0, 9, done(1))],
    { "/r/l/1": node(""), "/r/l/2": node("") },
  ],
  [
    "was answered before it was asked for",
    [write(create("/r/l/1"), 0, 1, done(5)), write(create("/r/l/2"), 2, 3, done(4))],
    { "/r/l/1": node(""), "/r/l/2": node("") },
  ],
  ["not linearizable", [write(set("a"), 0, 1, done(1, { version: 1 }))], { "/r/r0": node("", 0) }],
  [
    "not linearizable",
    [write(set("a"), 0, 9, done(1, { version: 1 })), write(set("b"), 0, 9, done(2, { version: 1 }))],
    { "/r/r0": node("b", 1) },
  ],
  [
    "not linearizable",
    [write(set("a"), 0, 1, done(1, { version: 1 })), write(set("b", 1), 2, 3, { kind: "badVersion", zxid: 2 })],
    { "/r/r0": node("a", 1) },
  ],
  [
    "was made after number",
    [
      write({ kind: "sequential", value: "s" }, 0, 9, done(1, { path: "/r/q/s-0000000001" })),
      write({ kind: "sequential", value: "t" }, 0, 9, done(2, { path: "/r/q/s-0000000001" })),
    ],
    { "/r/q/s-0000000001": node("t") },
  ],
  ["that nobody wrote", [], { "/r/q/s-0000000000": node("x") }],
])("a history in which something %s is found out", (words, writes, nodes) => {
  expect(check(writes, nodes).join("\n")).toContain(words);
});

test("a read behind a sync must be as new as what was answered before, where that is promised", () => {
  const history = new History();
  history.writes.push(write(set("a"), 0, 1, done(1, { version: 1 })));
  history.syncedReads.push({ client: 1, path: "/r/r0", calledAt: 2, returnedAt: 3, value: "", version: 0 });
  const tree: Tree = new Map([["/r/r0", node("a", 1)]]);
  expect(checkHistory(history, FOLDER, tree, ALIVE)).toEqual([]);
  expect(checkHistory(history, FOLDER, tree, ALIVE, true)).toEqual(['what was done to "/r/r0" is not linearizable']);
});
