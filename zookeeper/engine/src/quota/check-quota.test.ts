import { describe, expect, it } from "vitest";
import { checkQuota, type QuotaChange } from "./check-quota.ts";
import { addToStats, quotaEvent, quotaPathsOf, recount } from "./quota-stats.ts";
import { QuotaTrie } from "./quota-trie.ts";

function verdict(
  limits: string | null | undefined,
  usage: string | null | undefined,
  change: QuotaChange,
  path = "/a/b",
) {
  const trie = new QuotaTrie();
  trie.add("/a");
  const nodes: Record<string, string | null | undefined> = {
    "/zookeeper/quota/a/zookeeper_limits": limits,
    "/zookeeper/quota/a/zookeeper_stats": usage,
  };
  const read = (asked: string) => {
    const text = nodes[asked];
    return typeof text === "string" ? Buffer.from(text) : text;
  };
  return checkQuota(trie, read, path, change);
}
const create = (dataLength: number): QuotaChange => ({ kind: "create", dataLength });
const setData = (lastDataLength: number, dataLength: number): QuotaChange => ({
  kind: "setData",
  lastDataLength,
  dataLength,
});

describe("checkQuota", () => {
  it("lets writes through that no quota covers", () => {
    expect(verdict("count=0,bytes=0", "count=5,bytes=5", create(1), "/elsewhere")).toBeNull();
    expect(verdict(undefined, "count=5,bytes=5", create(1))).toBeNull();
    expect(verdict("count=1,bytes=-1", undefined, create(1))).toBeNull();
    expect(verdict("count=-1,bytes=-1", "count=5,bytes=5", create(1))).toBeNull();
    expect(verdict("count=1,bytes=-1", "count=5,bytes=5", setData(0, 9))).toBeNull();
    expect(verdict("count=-1,bytes=1", "count=5,bytes=5", setData(9, 9))).toBeNull();
  });

  it("refuses to pass a hard count and only warns at a soft one", () => {
    const hard = "count=-1,bytes=-1=;countHardLimit=3";
    expect(verdict(hard, "count=2,bytes=0", create(1))).toBeNull();
    expect(verdict(hard, "count=3,bytes=0", create(1))).toEqual({
      hard: true,
      prefix: "/a",
      message: "Quota exceeded: /a [current count=4, hardCountLimit=3]",
    });
    expect(verdict("count=3,bytes=-1", "count=3,bytes=0", create(1))).toEqual({
      hard: false,
      prefix: "/a",
      message: "Quota exceeded: /a [current count=4, softCountLimit=3]",
    });
    expect(verdict("count=1,bytes=-1=;countHardLimit=9", "count=3,bytes=0", create(1))).toBeNull();
  });

  it("counts bytes by their difference, and refuses shrinking while still above the limit", () => {
    const hard = "count=-1,bytes=-1=;byteHardLimit=10";
    expect(verdict(hard, "count=1,bytes=8", setData(3, 5))).toBeNull();
    expect(verdict(hard, "count=1,bytes=8", setData(3, 6))).toMatchObject({ hard: true });
    expect(verdict(hard, "count=1,bytes=20", setData(6, 3))).toMatchObject({
      hard: true,
      message: "Quota exceeded: /a [current bytes=17, hardByteLimit=10]",
    });
  });

  it("joins a soft count and bytes, and lets a hard one decide", () => {
    expect(verdict("count=1,bytes=1", "count=1,bytes=1", create(1))).toMatchObject({
      hard: false,
      message:
        "Quota exceeded: /a [current count=2, softCountLimit=1]; Quota exceeded: /a [current bytes=2, softByteLimit=1]",
    });
    expect(verdict("count=1,bytes=-1=;byteHardLimit=1", "count=1,bytes=1", create(1))).toMatchObject({ hard: true });
    expect(verdict("count=1,bytes=9", "count=1,bytes=1", create(1))).toMatchObject({ hard: false });
  });

  it("says so when limits or usage cannot be read", () => {
    expect(verdict("nonsense", "count=1,bytes=1", create(1))).toEqual({ error: "marshalling" });
    expect(verdict(null, "count=1,bytes=1", create(1))).toEqual({ error: "marshalling" });
    expect(verdict("count=1,bytes=1", "nonsense", create(1))).toEqual({ error: "marshalling" });
  });
});

describe("quotaEvent", () => {
  it("sees limits and usage come and go, and nothing else", () => {
    expect(quotaEvent("created", "/zookeeper/quota/a/b/zookeeper_limits")).toEqual({ kind: "addTrie", path: "/a/b" });
    expect(quotaEvent("deleted", "/zookeeper/quota/a/zookeeper_limits")).toEqual({ kind: "deleteTrie", path: "/a" });
    expect(quotaEvent("created", "/zookeeper/quota/a/zookeeper_stats")).toEqual({ kind: "recount", path: "/a" });
    expect(quotaEvent("deleted", "/zookeeper/quota/a/zookeeper_stats")).toBeNull();
    for (const path of [
      "/a/zookeeper_limits",
      "/zookeeper/quota",
      "/zookeeper/quota/zookeeper_limits",
      "/zookeeper/quota/a",
      "/zookeeper/quotas/a/zookeeper_limits",
    ])
      expect(quotaEvent("created", path)).toBeNull();
  });
});

describe("usage", () => {
  it("is counted over a subtree, itself included", () => {
    const tree: Record<string, [number, string[]]> = {
      "/a": [1, ["b", "c"]],
      "/a/b": [10, []],
      "/a/c": [0, ["d"]],
      "/a/c/d": [5, []],
    };
    const node = (path: string) => {
      const found = tree[path];
      return found === undefined ? undefined : { dataLength: found[0], children: found[1] };
    };
    expect(recount("/a", node).toString()).toBe("count=4,bytes=16");
    expect(recount("/none", node).toString()).toBe("count=0,bytes=0");
  });

  it("follows each change, and unreadable usage stays as it is", () => {
    expect(addToStats(Buffer.from("count=4,bytes=16"), -6, -1)?.toString()).toBe("count=3,bytes=10");
    expect(addToStats(Buffer.from(""), 5, 1)?.toString()).toBe("count=0,bytes=4");
    expect(addToStats(null, 5, 1)?.toString()).toBe("count=0,bytes=4");
    expect(addToStats(Buffer.from("?"), 5, 1)).toBeNull();
  });

  it("finds every quota of a loaded tree", () => {
    const children: Record<string, string[]> = {
      "/zookeeper/quota": ["a", "zookeeper_limits"],
      "/zookeeper/quota/a": ["b", "zookeeper_limits", "zookeeper_stats"],
      "/zookeeper/quota/a/b": ["zookeeper_limits"],
    };
    expect([...quotaPathsOf((path) => children[path] ?? [])].sort()).toEqual(["/a", "/a/b"]);
  });
});
