import {
  type Acl,
  CreateMode,
  ErrorCode,
  type MultiOp,
  OPEN_ACL,
  OpCode,
  Permission,
  READ_ACL,
} from "@branta/zookeeper-protocol";
import { describe, expect, test } from "vitest";

import { LittleServer } from "../testing/little-server.ts";
import { check, create, remove, setAcl, setData } from "../testing/requests.ts";

const multi = (...ops: MultiOp[]): { type: typeof OpCode.multi; ops: MultiOp[] } => ({ type: OpCode.multi, ops });
const asOp = (request: object): MultiOp => request as MultiOp;

describe("create", () => {
  test.each([
    ["a mode that is none", create("/a", { flags: 9 }), ErrorCode.BadArguments],
    ["a path without a slash", create("a"), ErrorCode.BadArguments],
    ["an empty list", create("/a", { acl: [] }), ErrorCode.InvalidAcl],
    ["a missing parent, before the path is looked at", create("/a//b"), ErrorCode.NoNode],
    ["a path with an empty name", create("//"), ErrorCode.BadArguments],
    ["a node that exists", create("/zookeeper"), ErrorCode.NodeExists],
    [
      "a time to live without its mode's operation",
      create("/a", { flags: CreateMode.PersistentWithTtl }),
      ErrorCode.BadArguments,
    ],
  ])("refuses %s", (_what, request, err) => {
    expect(new LittleServer().err(request)).toBe(err);
  });

  test("numbers sequential nodes by the parent's creations, and seven of them make -0 possible", () => {
    const server = new LittleServer();
    server.run(create("/p"));
    server.run(create("/p/other"));
    const sequential = create("/p/s-", { flags: CreateMode.PersistentSequential });
    expect([server.run(sequential).path, server.run(sequential).path]).toEqual(["/p/s-0000000001", "/p/s-0000000002"]);
    server.tree.znodes.setCversion(server.tree.znodes.find("/p"), 0x7fff_ffff);
    expect(server.run(sequential).path).toBe("/p/s-2147483647");
    expect(server.run(sequential).path).toBe("/p/s--2147483648");
  });

  test("gives ephemeral nodes to the session, and lets none be born under them", () => {
    const server = new LittleServer();
    server.run(create("/e", { flags: CreateMode.Ephemeral }));
    expect([...server.tree.ephemeralsOf(server.session.id)]).toEqual(["/e"]);
    expect(server.err(create("/e/child"))).toBe(ErrorCode.NoChildrenForEphemerals);
  });

  test("makes containers and TTL nodes", () => {
    const server = new LittleServer();
    server.run({ ...create("/c", { flags: CreateMode.Container }), type: OpCode.createContainer });
    const ttl = { ...create("/t", { flags: CreateMode.PersistentWithTtl }), type: OpCode.createTTL, ttl: 5000 };
    server.run(ttl);
    expect([[...server.tree.containers], [...server.tree.ttls]]).toEqual([["/c"], ["/t"]]);
    expect(server.err({ ...ttl, path: "/u", ttl: 0 })).toBe(ErrorCode.BadArguments);
    expect(server.err({ ...ttl, path: "/u", flags: CreateMode.Ephemeral, ttl: -1 })).toBe(ErrorCode.BadArguments);
    expect(new LittleServer({ extendedTypes: false }).err(ttl)).toBe(ErrorCode.Unimplemented);
  });

  test("needs CREATE on the parent", () => {
    const server = new LittleServer();
    server.run(create("/p", { acl: READ_ACL }));
    expect(server.err(create("/p/a"))).toBe(ErrorCode.NoAuth);
  });
});

describe("delete", () => {
  test.each(["/", "/zookeeper", "/zookeeper/quota", "/zookeeper/config"])("refuses the built-in node %s", (path) => {
    expect(new LittleServer().err(remove(path))).toBe(ErrorCode.BadArguments);
  });

  test("refuses what is missing, has children, or is of another version", () => {
    const server = new LittleServer();
    server.run(create("/a"));
    server.run(create("/a/b"));
    const errors = [remove("/none"), remove("/none/x"), remove("/a"), remove("/a/b", 3)].map((it) => server.err(it));
    expect(errors).toEqual([ErrorCode.NoNode, ErrorCode.NoNode, ErrorCode.NotEmpty, ErrorCode.BadVersion]);
    expect([server.err(remove("/a/b", 0)), server.err(remove("/a"))]).toEqual([ErrorCode.Ok, ErrorCode.Ok]);
  });

  test("of a container is refused while it has children, and for ephemeral nodes", () => {
    const server = new LittleServer();
    const removeContainer = (path: string): ErrorCode => server.err({ type: OpCode.deleteContainer, path }, null);
    server.run({ ...create("/c", { flags: CreateMode.Container }), type: OpCode.createContainer });
    server.run(create("/c/x"));
    server.run(create("/e", { flags: CreateMode.Ephemeral }));
    expect([removeContainer("/c"), removeContainer("/e"), removeContainer("/none")]).toEqual([
      ErrorCode.NotEmpty,
      ErrorCode.BadVersion,
      ErrorCode.NoNode,
    ]);
    server.run(remove("/c/x"));
    expect([removeContainer("/c"), [...server.tree.containers]]).toEqual([ErrorCode.Ok, []]);
  });
});

describe("setData, setACL and check", () => {
  test("count versions, and expect them", () => {
    const server = new LittleServer();
    server.run(create("/a"));
    expect([
      server.err(setData("/a", "1", 1)),
      server.err(setData("/a", "1", 0)),
      server.err(setData("/a", null)),
    ]).toEqual([ErrorCode.BadVersion, ErrorCode.Ok, ErrorCode.Ok]);
    expect(server.err(setAcl("/a", OPEN_ACL, 7))).toBe(ErrorCode.BadVersion);
    expect(server.err(setAcl("/a", READ_ACL, 0))).toBe(ErrorCode.Ok);
    expect([server.err(setData("/a", "2")), server.err(setAcl("/a", OPEN_ACL))]).toEqual([
      ErrorCode.NoAuth,
      ErrorCode.NoAuth,
    ]);
    expect(server.tree.dataAt("/a")).toBeNull();
    expect([server.err(check("/a", 2)), server.err(check("/a", 1)), server.err(check("/b", 0))]).toEqual([
      ErrorCode.Ok,
      ErrorCode.BadVersion,
      ErrorCode.NoNode,
    ]);
  });

  test("refuse paths that are none and lists that are none", () => {
    const server = new LittleServer();
    const noScheme: Acl[] = [{ perms: Permission.All, id: { scheme: "nope", id: "x" } }];
    expect(
      [setData("x", ""), setAcl("/a/", OPEN_ACL), check("", 0), setAcl("/zookeeper", noScheme)].map((it) =>
        server.err(it),
      ),
    ).toEqual([ErrorCode.BadArguments, ErrorCode.BadArguments, ErrorCode.BadArguments, ErrorCode.InvalidAcl]);
  });
});

describe("requests that are prepared before others are applied", () => {
  test("see what those will have done", () => {
    const server = new LittleServer();
    server.prepare(create("/a"));
    server.prepare(create("/a/b"));
    server.prepare(setData("/a/b", "1", 0));
    server.prepare(setData("/a/b", "2", 1));
    server.prepare(remove("/a"));
    server.prepare(remove("/a/b", 2));
    server.prepare(remove("/a"));
    server.prepare(create("/a"));
    expect(server.apply().map(({ err }) => err)).toEqual([0, 0, 0, 0, ErrorCode.NotEmpty, 0, 0, 0]);
  });

  test("do not see a multi that failed", () => {
    const server = new LittleServer();
    server.prepare(create("/a"));
    server.prepare(setData("/a", "before"));
    server.prepare(
      multi(asOp(setData("/a", "in the multi")), asOp(create("/a/x")), asOp(check("/a", 99)), asOp(remove("/a"))),
    );
    server.prepare(setData("/a", "after", 1));
    server.prepare(create("/a/x"));
    const results = server.apply();
    expect(results.map(({ err }) => err)).toEqual([0, 0, ErrorCode.BadVersion, 0, 0]);
    expect(results[2]!.results!.map(({ err }) => err)).toEqual([
      ErrorCode.Ok,
      ErrorCode.Ok,
      ErrorCode.BadVersion,
      ErrorCode.RuntimeInconsistency,
    ]);
    expect(server.tree.dataAt("/a")?.toString()).toBe("after");
  });
});

describe("multi", () => {
  test("applies all, and answers each with the stat it left", () => {
    const server = new LittleServer();
    const sequential = create("/m/s", { flags: CreateMode.PersistentSequential });
    const result = server.run(
      multi(asOp(create("/m")), asOp(sequential), asOp(setData("/m", "1")), asOp(setData("/m", "2"))),
    );
    expect(result.err).toBe(ErrorCode.Ok);
    expect(result.results!.map(({ path, stat }) => [path, stat?.version])).toEqual([
      ["/m", 0],
      ["/m/s0000000000", 0],
      ["/m", 1],
      ["/m", 2],
    ]);
  });

  test("of nothing is a transaction as well", () => {
    const server = new LittleServer();
    expect(server.run(multi()).results).toEqual([]);
    expect(server.tree.lastProcessedZxid).toBe(1);
  });
});

describe("sessions", () => {
  test("take their ephemeral nodes with them, those on the way included", () => {
    const server = new LittleServer();
    const ephemeral = { flags: CreateMode.Ephemeral };
    server.run(create("/e1", ephemeral));
    server.run(create("/e2", ephemeral));
    server.prepare(create("/e3", ephemeral));
    server.prepare(remove("/e1"));
    const { txn } = server.prepare({ type: OpCode.closeSession });
    expect(txn).toMatchObject({ paths2Delete: ["/e2", "/e3"] });
    server.apply();
    expect(server.tree.znodes.childNames(0)).toEqual(["zookeeper"]);
    expect(server.err(create("/late"))).toBe(ErrorCode.SessionExpired);
  });

  test("are recorded, and forgotten when they close without a list of nodes", () => {
    const server = new LittleServer({ closeSessionTxnEnabled: false });
    server.run({ type: OpCode.createSession, timeOut: 4000 });
    server.run(create("/e", { flags: CreateMode.Ephemeral }));
    expect(server.tree.sessions.get(server.session.id)).toBe(4000);
    server.run({ type: OpCode.closeSession });
    expect([server.tree.sessions.size, server.tree.dataAt("/e")]).toEqual([0, undefined]);
  });

  test("that nobody knows may ask for nothing", () => {
    expect(new LittleServer().err(create("/a"), null)).toBe(ErrorCode.SessionExpired);
  });
});

const RECONFIG = { joiningServers: null, leavingServers: null, newMembers: null, curConfigId: -1 };

test("reconfig has nothing to change on one server", () => {
  expect(new LittleServer().err({ type: OpCode.reconfig, ...RECONFIG })).toBe(ErrorCode.ReconfigDisabled);
  expect(new LittleServer({ reconfigEnabled: true }).err({ type: OpCode.reconfig, ...RECONFIG })).toBe(
    ErrorCode.Unimplemented,
  );
});

test("a request that could not be read fails as a transaction", () => {
  const server = new LittleServer();
  expect(server.err({ type: OpCode.error, err: ErrorCode.MarshallingError })).toBe(ErrorCode.MarshallingError);
  expect(server.tree.lastProcessedZxid).toBe(1);
});

describe("quotas", () => {
  const limits = (text: string): LittleServer => {
    const server = new LittleServer({ enforceQuota: true });
    for (const path of ["/app", "/zookeeper/quota/app"]) server.run(create(path));
    server.run(create("/zookeeper/quota/app/zookeeper_limits", { data: Buffer.from(text) }));
    server.run(create("/zookeeper/quota/app/zookeeper_stats", { data: Buffer.from("count=0,bytes=0") }));
    return server;
  };

  test("count what stands under them", () => {
    const server = limits("count=10,bytes=-1");
    server.run(create("/app/a", { data: Buffer.from("12345") }));
    server.run(setData("/app/a", "123"));
    expect(server.tree.dataAt("/zookeeper/quota/app/zookeeper_stats")?.toString()).toBe("count=2,bytes=3");
    server.run(remove("/app/a"));
    expect(server.tree.dataAt("/zookeeper/quota/app/zookeeper_stats")?.toString()).toBe("count=1,bytes=0");
  });

  test("that are hard refuse more; soft ones do not", () => {
    const hard = limits("count=-1,bytes=-1=;byteHardLimit=4;countHardLimit=2");
    expect([hard.err(create("/app/a")), hard.err(create("/app/b"))]).toEqual([ErrorCode.Ok, ErrorCode.QuotaExceeded]);
    expect([hard.err(setData("/app/a", "1234")), hard.err(setData("/app/a", "12345"))]).toEqual([
      ErrorCode.Ok,
      ErrorCode.QuotaExceeded,
    ]);
    expect(limits("count=1,bytes=-1").err(create("/app/a"))).toBe(ErrorCode.Ok);
  });

  test("that are removed count no more", () => {
    const server = limits("count=1,bytes=-1");
    server.run(remove("/zookeeper/quota/app/zookeeper_limits"));
    expect(server.tree.quotas.size).toBe(0);
  });
});
