import { describe, expect, it } from "vitest";
import { bytesBkey, numberBkey } from "../bkey.ts";
import * as admin from "./admin-requests.ts";
import * as collection from "./collection-requests.ts";
import * as item from "./item-requests.ts";
import { piped, type Request } from "./request.ts";
import * as tree from "./tree-requests.ts";

const data = (text: string) => Buffer.from(text);
const CREATE = { flags: 7, expireSeconds: 0, maxCount: 100, overflowAction: null, unreadable: false };
const ALL: tree.TreeSelection = {
  range: { from: numberBkey(0), to: numberBkey(100) },
  filter: null,
  offset: 0,
  count: 0,
};

/** The line, and the data in brackets. */
function sent(request: Request): string {
  return request.data === null ? request.head : `${request.head} [${Buffer.from(request.data).toString()}]`;
}

describe("requests for items", () => {
  it("are spelt as nodes read them", () => {
    expect(sent(item.storeRequest("set", "foo", 5, 0, data("bar")))).toBe("set foo 5 0 3 [bar]");
    expect(sent(item.casRequest("foo", 0, -1, 22137n, data("")))).toBe("cas foo 0 -1 0 22137 []");
    expect(sent(item.getRequest("foo", false))).toBe("get foo");
    expect(sent(item.getManyRequest(["foo", "bar"], true))).toBe("mgets 7 2 [foo bar]");
    expect(sent(item.getManyRequest(["키"], false))).toBe("mget 3 1 [키]");
    expect(sent(item.countRequest("incr", "n", 1n, null))).toBe("incr n 1");
    expect(sent(item.countRequest("decr", "n", 5n, { flags: 11, expireSeconds: 0, initial: 100n }))).toBe(
      "decr n 5 11 0 100",
    );
    expect(sent(item.deleteRequest("foo"))).toBe("delete foo");
    expect(sent(item.touchRequest("foo", 100))).toBe("touch foo 100");
    expect([item.flushAllRequest(0), item.flushAllRequest(5)].map(sent)).toEqual(["flush_all", "flush_all 5"]);
    expect(sent(item.flushPrefixRequest(null, 0))).toBe("flush_prefix <null>");
    expect(sent(item.flushPrefixRequest("p", 9))).toBe("flush_prefix p 9");
  });

  it("refuse keys that could be commands", () => {
    for (const key of ["", "a b", "a\r\nflush_all", "a\0", "x".repeat(16_001), "키".repeat(5_334)]) {
      expect(() => item.getRequest(key, false)).toThrow("Cannot use the key");
    }
    expect(item.getRequest("x".repeat(16_000), false).head).toHaveLength(16_004);
  });
});

describe("requests for lists, sets and maps", () => {
  it("are spelt as nodes read them", () => {
    expect(sent(collection.createRequest("lop", "l", CREATE))).toBe("lop create l 7 0 100");
    expect(
      sent(collection.createRequest("bop", "b", { ...CREATE, overflowAction: "largest_trim", unreadable: true })),
    ).toBe("bop create b 7 0 100 largest_trim unreadable");
    expect(sent(collection.listInsertRequest("l", -1, data("abc"), CREATE))).toBe(
      "lop insert l -1 3 create 7 0 100 [abc]",
    );
    expect(sent(piped(collection.listInsertRequest("l", 0, data("a"), null)))).toBe("lop insert l 0 1 pipe [a]");
    expect(sent(collection.listGetRequest("l", "0..-1", "drop"))).toBe("lop get l 0..-1 drop");
    expect(sent(collection.listDeleteRequest("l", "3", true))).toBe("lop delete l 3 drop");
    expect(sent(collection.setInsertRequest("s", data("abc"), null))).toBe("sop insert s 3 [abc]");
    expect(sent(collection.setExistRequest("s", data("abc")))).toBe("sop exist s 3 [abc]");
    expect(sent(collection.setDeleteRequest("s", data("abc"), false))).toBe("sop delete s 3 [abc]");
    expect(sent(collection.setGetRequest("s", 0, "delete"))).toBe("sop get s 0 delete");
    expect(sent(collection.mapStoreRequest("upsert", "m", "f1", data("v"), null))).toBe("mop upsert m f1 1 [v]");
    expect(sent(collection.mapUpdateRequest("m", "f1", data("v")))).toBe("mop update m f1 1 [v]");
    expect(sent(collection.mapGetRequest("m", [], "keep"))).toBe("mop get m 0 0");
    expect(sent(collection.mapGetRequest("m", ["f1", "f2"], "keep"))).toBe("mop get m 5 2 [f1 f2]");
    expect(sent(collection.mapDeleteRequest("m", ["f1"], true))).toBe("mop delete m 2 1 drop [f1]");
    expect(() => collection.mapGetRequest("m", ["a b"], "keep")).toThrow('Cannot use the field "a b"');
  });
});

describe("requests for b+trees", () => {
  const element = { bkey: numberBkey(10), eflag: "", data: data("abc") };
  const filter = {
    offset: 0,
    bitwise: { operator: "&", operand: "\x0f" },
    comparison: "EQ",
    values: ["\x0f", "\x01"],
  } as const;

  it("store and change", () => {
    expect(sent(tree.treeStoreRequest("insert", "b", element, CREATE))).toBe("bop insert b 10 3 create 7 0 100 [abc]");
    const flagged = { ...element, bkey: bytesBkey("\xaa\x00"), eflag: "\x01\xff" };
    expect(sent(tree.treeStoreRequest("upsert", "b", flagged, null, true))).toBe(
      "bop upsert b 0xAA00 0x01FF 3 getrim [abc]",
    );
    expect(sent(tree.treeUpdateRequest("b", numberBkey(30), null, data("EEE")))).toBe("bop update b 30 3 [EEE]");
    expect(sent(tree.treeUpdateRequest("b", numberBkey(30), { bitwise: null, value: "" }, null))).toBe(
      "bop update b 30 0 -1",
    );
    expect(sent(tree.treeUpdateRequest("b", numberBkey(30), { bitwise: null, value: "\n" }, null))).toBe(
      "bop update b 30 0x0A -1",
    );
    const update = { bitwise: { operator: "|", offset: 0 }, value: "\xf0" } as const;
    expect(sent(tree.treeUpdateRequest("b", numberBkey(30), update, null))).toBe("bop update b 30 0 | 0xF0 -1");
    expect(sent(tree.treeDeleteRequest("b", { ...ALL, count: 2 }, true))).toBe("bop delete b 0..100 2 drop");
    expect(sent(tree.treeArithmeticRequest("incr", "b", numberBkey(90), 1n, { value: 100n, eflag: "\x01" }))).toBe(
      "bop incr b 90 1 100 0x01",
    );
    expect(sent(tree.treeArithmeticRequest("decr", "b", numberBkey(90), 1n, null))).toBe("bop decr b 90 1");
  });

  it("read", () => {
    expect(sent(tree.treeGetRequest("b", ALL, "keep"))).toBe("bop get b 0..100");
    const one = { ...ALL, range: { from: numberBkey((1n << 64n) - 1n), to: null } };
    expect(sent(tree.treeGetRequest("b", one, "delete"))).toBe("bop get b 18446744073709551615 delete");
    expect(sent(tree.treeGetRequest("b", { ...ALL, filter, offset: 1, count: 2 }, "keep"))).toBe(
      "bop get b 0..100 0 & 0x0F EQ 0x0F,0x01 1 2",
    );
    expect(sent(tree.treeCountRequest("b", { ...ALL, filter: { ...filter, bitwise: null } }))).toBe(
      "bop count b 0..100 0 EQ 0x0F,0x01",
    );
    expect(sent(tree.manyTreesRequest(["a", "b"], { ...ALL, offset: 1, count: 5 }))).toBe(
      "bop mget 3 2 0..100 1 5 [a b]",
    );
    expect(sent(tree.sortMergeRequest(["a", "b"], { ...ALL, count: 5 }, true))).toBe(
      "bop smget 3 2 0..100 5 unique [a b]",
    );
    expect(sent(tree.treePositionRequest("b", numberBkey(80), "asc"))).toBe("bop position b 80 asc");
    expect(sent(tree.treeByPositionRequest("b", "desc", "0..2"))).toBe("bop gbp b desc 0..2");
    expect(sent(tree.treeAroundRequest("b", numberBkey(80), "asc", 1))).toBe("bop pwg b 80 asc 1");
    expect(sent(tree.treeAroundRequest("b", numberBkey(80), "asc", 0))).toBe("bop pwg b 80 asc");
  });
});

describe("requests about items and nodes", () => {
  it("are spelt as nodes read them", () => {
    expect(sent(admin.getAttributesRequest("k", []))).toBe("getattr k");
    expect(sent(admin.getAttributesRequest("k", ["type", "count"]))).toBe("getattr k type count");
    expect(sent(admin.setAttributesRequest("k", ["maxcount=10", "readable=on"]))).toBe(
      "setattr k maxcount=10 readable=on",
    );
    expect([admin.statsRequest(""), admin.statsRequest("prefixes")].map(sent)).toEqual(["stats", "stats prefixes"]);
    expect(sent(admin.scanRequest("key", "0", { count: 100, match: "b*", type: "B" }))).toBe(
      "scan key 0 count 100 match b* type B",
    );
    expect(sent(admin.scanRequest("prefix", "80", { count: 20, match: null, type: null }))).toBe(
      "scan prefix 80 count 20",
    );
    expect(sent(admin.VERSION_REQUEST)).toBe("version");
  });
});
