import { nodeDigest, nodeName, parentPath } from "@branta/zookeeper-protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { statOf } from "./stat-of.ts";
import { NO_NODE, ROOT } from "./znode-reader.ts";
import { ZnodeTree } from "./znode-tree.ts";

const RULES = { extendedTypes: true, emulate353: false };

function add(tree: ZnodeTree, path: string, data: Buffer | null = null, owner = 0n): number {
  const parent = tree.find(parentPath(path));
  return tree.create(parent, path, { name: nodeName(path), data, acl: -1, ephemeralOwner: owner, zxid: 7, time: 1000 });
}

describe("a tree of znodes", () => {
  test("begins with the root alone, which has two names", () => {
    const tree = new ZnodeTree();
    expect([tree.count, tree.find("/"), tree.find("")]).toEqual([1, ROOT, ROOT]);
    expect(tree.find("/a")).toBe(NO_NODE);
  });

  test("has the digest of a real server's empty tree", () => {
    const tree = new ZnodeTree();
    tree.create(ROOT, "/zookeeper", { name: "zookeeper", data: null, acl: -1, ephemeralOwner: 0n, zxid: 0, time: 0 });
    // Captured from Apache ZooKeeper 3.8.0: the first transaction's digest on a fresh server.
    expect(tree.digest.toBigInt()).toBe(0x51c6d660n);
  });

  test("leaves what is below /zookeeper out of the digest", () => {
    const tree = new ZnodeTree();
    add(tree, "/zookeeper");
    const before = tree.digest.toBigInt();
    add(tree, "/zookeeper/quota");
    add(tree, "/zookeeper/quota/app");
    expect(tree.digest.toBigInt()).toBe(before);
  });

  test("finds names outside ASCII, and tells them from look-alikes", () => {
    const tree = new ZnodeTree();
    const goose = add(tree, "/기러기");
    const child = add(tree, "/기러기/é");
    expect([tree.find("/기러기"), tree.find("/기러기/é"), tree.find("/기러기/e")]).toEqual([goose, child, NO_NODE]);
    expect(tree.path(child)).toBe("/기러기/é");
  });

  test("tells null data from empty data", () => {
    const tree = new ZnodeTree();
    const nothing = add(tree, "/null");
    const empty = add(tree, "/empty", Buffer.alloc(0));
    expect([tree.data(nothing), tree.data(empty)]).toEqual([null, Buffer.alloc(0)]);
    expect([tree.dataLength(nothing), tree.dataLength(empty)]).toEqual([-1, 0]);
  });

  test("keeps children in order of creation through removals at every place", () => {
    for (const removed of [0, 1, 2, 3]) {
      const tree = new ZnodeTree();
      const names = ["a", "b", "c", "d"];
      const ids = names.map((name) => add(tree, `/${name}`));
      tree.remove(ids[removed]!, `/${names[removed]}`);
      add(tree, "/e");
      const left = names.filter((_, index) => index !== removed);
      expect(tree.childNames(ROOT)).toEqual([...left, "e"]);
      expect(tree.childCount(ROOT)).toBe(4);
    }
  });

  test("counts descendants, not itself", () => {
    const tree = new ZnodeTree();
    for (const path of ["/a", "/a/b", "/a/b/c", "/a/d", "/e"]) add(tree, path);
    expect([tree.countDescendants(ROOT), tree.countDescendants(tree.find("/a"))]).toEqual([5, 3]);
  });

  test("shows clients creations and deletions as cversion, and owners only of ephemeral nodes", () => {
    const tree = new ZnodeTree();
    const parent = add(tree, "/p", Buffer.from("x"));
    tree.setCversion(parent, 5);
    const child = add(tree, "/p/e", null, 0x100001n);
    const container = add(tree, "/c", null, -0x8000_0000_0000_0000n);
    expect(statOf(tree, parent, RULES)).toMatchObject({
      cversion: 9,
      numChildren: 1,
      dataLength: 1,
      ephemeralOwner: 0n,
    });
    expect(statOf(tree, child, RULES).ephemeralOwner).toBe(0x100001n);
    expect(statOf(tree, container, RULES).ephemeralOwner).toBe(0n);
  });

  test("keeps negative and large owners whole", () => {
    const tree = new ZnodeTree();
    for (const owner of [1n, -1n, 0x7fff_ffff_ffff_ffffn, -0x8000_0000_0000_0000n, 0x1_0000_0000n, -0x1_0000_0000n]) {
      const path = `/n${owner}`;
      expect(tree.ephemeralOwner(add(tree, path, null, owner))).toBe(owner);
    }
  });
});

type Step =
  | { kind: "create"; path: string; size: number }
  | { kind: "remove"; path: string }
  | { kind: "set"; path: string; size: number };

const names = fc.constantFrom("a", "b", "c", "node-0000000001", "node-0000000002", "漢字");
const paths = fc.array(names, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join("/")}`);
const sizes = fc.constantFrom(-1, 0, 1, 15, 16, 17, 100, 1024, 1025, 3000, 65_536, 65_537, 70_000);
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("create" as const), path: paths, size: sizes }),
  fc.record({ kind: fc.constant("remove" as const), path: paths }),
  fc.record({ kind: fc.constant("set" as const), path: paths, size: sizes }),
);

describe("any sequence of changes", () => {
  test("leaves the same nodes, data and digest as a map of paths", () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 120 }), fc.integer(), (sequence, seed) => {
        const tree = new ZnodeTree(seed);
        const model = new Map<string, Buffer | null>();
        for (const [index, step] of sequence.entries()) perform(tree, model, step, index);
        check(tree, model);
      }),
      { numRuns: 200 },
    );
  });

  test("holds through the growth of a large tree and its removal", () => {
    const tree = new ZnodeTree();
    add(tree, "/many");
    const total = 20_000;
    for (let i = 0; i < total; i++) add(tree, `/many/node-${i}`, Buffer.from(String(i)));
    for (let i = 0; i < total; i += 2) tree.remove(tree.find(`/many/node-${i}`), `/many/node-${i}`);
    for (let i = 0; i < total; i++) {
      const id = tree.find(`/many/node-${i}`);
      if (i % 2 === 0) expect(id).toBe(NO_NODE);
      else expect(tree.data(id)?.toString()).toBe(String(i));
    }
    for (let i = 1; i < total; i += 2) tree.remove(tree.find(`/many/node-${i}`), `/many/node-${i}`);
    expect(tree.count).toBe(2);
    expect(tree.dataBytes).toBe("/many".length);
  });
});

function perform(tree: ZnodeTree, model: Map<string, Buffer | null>, step: Step, index: number): void {
  const data = "size" in step && step.size >= 0 ? Buffer.alloc(step.size, index) : null;
  if (step.kind === "create") {
    const parent = parentPath(step.path);
    if (model.has(step.path) || (parent !== "/" && !model.has(parent))) return;
    add(tree, step.path, data);
    model.set(step.path, data);
  } else if (model.has(step.path)) {
    const id = tree.find(step.path);
    if (step.kind === "set") {
      tree.setData(id, data);
      tree.refreshDigest(id, step.path);
      model.set(step.path, data);
    } else if ([...model.keys()].every((path) => !path.startsWith(`${step.path}/`))) {
      tree.remove(id, step.path);
      model.delete(step.path);
    }
  }
}

function check(tree: ZnodeTree, model: Map<string, Buffer | null>): void {
  expect(tree.count).toBe(model.size + 1);
  let digest = BigInt(tree.nodeDigest(ROOT) >>> 0);
  for (const [path, data] of model) {
    const id = tree.find(path);
    expect(id).not.toBe(NO_NODE);
    expect(tree.path(id)).toBe(path);
    expect(tree.data(id)).toEqual(data);
    digest += BigInt(nodeDigest(path, data, tree.persistedStat(id)) >>> 0);
  }
  expect(BigInt.asUintN(64, tree.digest.toBigInt())).toBe(digest);
}
