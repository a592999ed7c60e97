import { CreateMode, OpCode, OPEN_ACL, READ_ACL, type TxnEntry } from "@branta/zookeeper-protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { NO_NODE } from "../tree/znode-reader.ts";
import { LittleServer } from "../testing/little-server.ts";
import { create, remove, setAcl, setData } from "../testing/requests.ts";
import { applyTxn } from "./apply-txn.ts";
import { DataTree } from "./data-tree.ts";
import { SnapshotRestore, snapshotPieces } from "./snapshot-state.ts";
import type { VisitedNode } from "./tree-cursor.ts";

const OPTIONS = { digestEnabled: true, lastProcessedZxid: true };

/** Everything that a client could tell two trees by. */
function pictureOf(tree: DataTree<object>): unknown {
  const nodes: unknown[] = [];
  const visit = (path: string): void => {
    const id = tree.znodes.find(path);
    nodes.push([path, tree.znodes.data(id)?.toString("hex"), tree.znodes.persistedStat(id), tree.aclOf(id)]);
    for (const name of tree.znodes.childNames(id).toSorted()) visit(path === "/" ? `/${name}` : `${path}/${name}`);
  };
  visit("/");
  const ephemerals = [...tree.ephemerals()].map(([id, paths]) => [id, [...paths].toSorted()]);
  return { nodes, ephemerals, sessions: [...tree.sessions], digest: tree.znodes.digest.toBigInt() };
}

interface Picture {
  readonly zxid: number;
  readonly sessions: { sessionId: bigint; timeoutMs: number }[];
  readonly acls: { aclId: number; acl: readonly (typeof OPEN_ACL)[number][] }[];
  readonly nodes: VisitedNode[];
}

function restore(picture: Picture): DataTree<object> {
  const tree = new DataTree<object>({ ownerRules: { extendedTypes: true, emulate353: false }, deliver() {} });
  const target = new SnapshotRestore(tree);
  for (const { sessionId, timeoutMs } of picture.sessions) target.session(sessionId, timeoutMs);
  for (const { aclId, acl } of picture.acls) target.acl(aclId, [...acl]);
  for (const { path, data, aclId, stat } of picture.nodes) target.node(path, data, aclId, stat);
  target.end(picture.zxid);
  return tree;
}

describe("a snapshot", () => {
  test("restores all there is", () => {
    const server = new LittleServer();
    server.run({ type: OpCode.createSession, timeOut: 4000 });
    server.run(create("/a", { data: Buffer.from("x"), acl: READ_ACL }));
    server.run(create("/a/e", { flags: CreateMode.Ephemeral }));
    server.run({ ...create("/c", { flags: CreateMode.Container }), type: OpCode.createContainer });
    const pieces = snapshotPieces(server.tree, OPTIONS);
    const picture = { zxid: 4, sessions: [...pieces.sessions()], acls: [...pieces.acls()], nodes: [...pieces.nodes()] };
    const tree = restore(picture);
    expect(pictureOf(tree)).toEqual(pictureOf(server.tree));
    expect([...tree.containers]).toEqual(["/c"]);
    expect(pieces.zxidDigest()).toEqual({ zxid: 4, version: 2, digest: server.tree.znodes.digest.toBigInt() });
    expect(pieces.lastProcessedZxid()).toBe(4);
  });

  test("leaves open how far it goes", () => {
    const server = new LittleServer();
    server.run(create("/a"));
    const pieces = snapshotPieces(server.tree, OPTIONS);
    const tree = restore({ zxid: 1, sessions: [], acls: [...pieces.acls()], nodes: [...pieces.nodes()] });
    expect(tree).toMatchObject({ lastProcessedZxid: 1, fuzzyUpTo: Number.POSITIVE_INFINITY });
  });

  test("says nothing of digests or of the last zxid where it should not", () => {
    const pieces = snapshotPieces(new LittleServer().tree, { digestEnabled: false, lastProcessedZxid: false });
    expect([pieces.zxidDigest(), pieces.lastProcessedZxid()]).toEqual([null, null]);
  });

  test("from before 3.5 stays without a configuration node, as on a 3.9.5 server that has no ensemble", () => {
    const stat = {
      czxid: 0,
      mzxid: 0,
      ctime: 0,
      mtime: 0,
      version: 0,
      cversion: 0,
      aversion: 0,
      ephemeralOwner: 0n,
      pzxid: 0,
    };
    const nodes = ["", "/zookeeper", "/zookeeper/quota"].map((path) => ({ path, data: null, aclId: -1, stat }));
    const tree = restore({ zxid: 0, sessions: [], acls: [], nodes });
    expect(tree.znodes.find("/zookeeper/config")).toBe(NO_NODE);
  });

  test("with a child before its parent is refused", () => {
    const stat = {
      czxid: 0,
      mzxid: 0,
      ctime: 0,
      mtime: 0,
      version: 0,
      cversion: 0,
      aversion: 0,
      ephemeralOwner: 0n,
      pzxid: 0,
    };
    expect(() =>
      restore({ zxid: 0, sessions: [], acls: [], nodes: [{ path: "/a/b", data: null, aclId: -1, stat }] }),
    ).toThrow('Cannot restore node "/a/b"');
  });
});

const names = fc.constantFrom("a", "b", "c");
const paths = fc.array(names, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join("/")}`);
const acls = fc.constantFrom(OPEN_ACL, [{ perms: 31, id: { scheme: "ip", id: "10.0.0.0/8" } }, ...OPEN_ACL]);
const requests = fc.oneof(
  fc
    .record({ path: paths, acl: acls, flags: fc.constantFrom(0, 0, 1, 2) })
    .map(({ path, ...rest }) => create(path, rest)),
  paths.map((path) => setData(path, "x")),
  paths.map((path) => remove(path)),
  fc.tuple(paths, acls).map(([path, acl]) => setAcl(path, acl)),
);
/** A step of the walk, or a transaction in between. */
const steps = fc.array(fc.option(requests, { nil: null, freq: 3 }), { maxLength: 150 });

describe("a snapshot taken while transactions go on", () => {
  test("has no node whose parent stands there as it was before", () => {
    const server = new LittleServer();
    server.run(create("/a"));
    server.run(create("/a/z"));
    const walk = snapshotPieces(server.tree, OPTIONS).nodes()[Symbol.iterator]();
    const seen: string[] = [];
    for (let next = walk.next(); next.done !== true; next = walk.next()) {
      const { path } = next.value;
      seen.push(path);
      if (path === "/a") for (const child of ["b", "x", "zz"]) server.run(create(`/a/${child}`));
      // The place of a node that is gone may be a new one's.
      if (path === "/a") server.run(remove("/a/x"));
      if (path === "/a") server.run(create("/a/z/new"));
      if (path === "/a") server.run(create("/c"));
    }
    expect(seen.filter((path) => !path.startsWith("/zookeeper"))).toEqual(["", "/a", "/a/z"]);
  });

  test("becomes exact when the log is replayed over it", () => {
    fc.assert(
      fc.property(fc.array(requests, { maxLength: 40 }), steps, fc.boolean(), (before, during, closing) => {
        const server = new LittleServer();
        server.run({ type: OpCode.createSession, timeOut: 4000 });
        for (const request of before) server.run(request);
        const zxid = server.tree.lastProcessedZxid;
        const pieces = snapshotPieces(server.tree, OPTIONS);
        const walk = pieces.nodes()[Symbol.iterator]();
        const nodes: VisitedNode[] = [];
        const log: TxnEntry[] = [];
        for (const request of during) {
          if (request !== null) {
            log.push(server.prepare(request));
            server.apply();
          }
          const next = walk.next();
          if (next.done !== true) nodes.push(next.value);
        }
        if (closing) {
          log.push(server.prepare({ type: OpCode.closeSession }));
          server.apply();
        }
        for (let next = walk.next(); next.done !== true; next = walk.next()) nodes.push(next.value);
        const tree = restore({ zxid, sessions: [...pieces.sessions()], acls: [...pieces.acls()], nodes });
        for (const entry of log) applyTxn(tree, entry);
        expect(pictureOf(tree)).toEqual(pictureOf(server.tree));
      }),
      { numRuns: 300 },
    );
  });
});
