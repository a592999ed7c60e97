import { CREATOR_ALL_ACL, Permission, READ_ACL, type ZooKeeper, ZooKeeperError } from "@branta/zookeeper-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, Fixture } from "./fixture.ts";

let fixture: Fixture;

beforeAll(async () => {
  fixture = await Fixture.start();
}, 60_000);

afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
});

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.catch((caught: unknown) => caught);
  return error instanceof ZooKeeperError ? error.code : "none";
}

describe("nodes", () => {
  it("are created, read, changed and deleted", async () => {
    const zk = await fixture.alone();
    const made = await zk.create("/a", "one");
    expect(made).toMatchObject({ path: "/a", stat: { version: 0, dataLength: 3, ephemeralOwner: 0n } });
    expect((await zk.get("/a")).data?.toString()).toBe("one");
    expect(await zk.set("/a", Buffer.from("three"))).toMatchObject({ version: 1, dataLength: 5 });
    expect(await zk.exists("/a")).toMatchObject({ version: 1, czxid: made.stat.czxid });
    await zk.delete("/a", { version: 1 });
    expect(await zk.exists("/a")).toBeNull();
  });

  it("tell null from no bytes", async () => {
    const zk = await fixture.alone();
    await zk.create("/null", null);
    await zk.create("/empty", "");
    expect((await zk.get("/null")).data).toBeNull();
    expect((await zk.get("/empty")).data).toEqual(Buffer.alloc(0));
  });

  it("of each kind are what they say", async () => {
    const zk = await fixture.alone();
    const ephemeral = await zk.create("/e", null, { ephemeral: true });
    expect(ephemeral.stat.ephemeralOwner).toBe(zk.session?.id);
    expect((await zk.create("/s-", null, { sequential: true })).path).toMatch(/^\/s-\d{10}$/);
    expect((await zk.create("/", null, { sequential: true, ephemeral: true })).path).toMatch(/^\/\d{10}$/);
    await zk.create("/ttl", null, { ttlMs: 300 });
    await zk.create("/c/x", null, { parents: "containers" });
    await zk.delete("/c/x");
    await eventually(async () => (await zk.exists("/c")) === null && (await zk.exists("/ttl")) === null);
  });

  it("get their parents made", async () => {
    const zk = await fixture.alone();
    await zk.create("/x/y/z", "deep", { parents: true });
    expect((await zk.children("/x")).children).toEqual(["y"]);
    await zk.ensurePath("/x/y/w/v");
    expect([...(await zk.children("/x/y")).children].sort()).toEqual(["w", "z"]);
    expect(await zk.countDescendants("/x")).toBe(4);
    expect(await zk.deleteRecursive("/x")).toBe(5);
    expect(await zk.deleteRecursive("/x")).toBe(0);
  });

  it("are refused with the server's code and the caller's path", async () => {
    const zk = await fixture.alone();
    await zk.create("/a/b", null, { parents: true });
    await zk.create("/e", null, { ephemeral: true });
    expect(await codeOf(zk.get("/nope"))).toBe("NoNode");
    expect(await codeOf(zk.create("/a"))).toBe("NodeExists");
    expect(await codeOf(zk.create("/no/pe"))).toBe("NoNode");
    expect(await codeOf(zk.delete("/a"))).toBe("NotEmpty");
    expect(await codeOf(zk.set("/a", null, { version: 7 }))).toBe("BadVersion");
    expect(await codeOf(zk.create("/e/x"))).toBe("NoChildrenForEphemerals");
    expect(await codeOf(zk.setAcl("/a", []))).toBe("InvalidAcl");
    expect(await codeOf(zk.removeWatches("/a"))).toBe("NoWatcher");
    await expect(zk.get("/nope")).rejects.toMatchObject({ path: "/nope", errno: -101 });
  });

  it("hold a megabyte less a little, and ten thousand children", async () => {
    const zk = await fixture.alone();
    const big = Buffer.alloc(1_000_000, 7);
    await zk.create("/big", big);
    expect((await zk.get("/big")).data?.equals(big)).toBe(true);
    const names = Array.from({ length: 2_000 }, (_, index) => `child-${index}`);
    await zk.create("/many");
    await Promise.all(names.map((name) => zk.create(`/many/${name}`)));
    expect([...(await zk.children("/many")).children].sort()).toEqual([...names].sort());
  });
});

describe("transactions", () => {
  it("do all, and answer each", async () => {
    const zk = await fixture.alone();
    const [made, child, stat, checked, gone] = await zk
      .transaction()
      .create("/t", "1")
      .create("/t/s-", null, { sequential: true, ephemeral: true })
      .set("/t", "2", 0)
      .check("/t", 1)
      .delete("/t/s-0000000000")
      .commit();
    expect(made.path).toBe("/t");
    expect(child.path).toBe("/t/s-0000000000");
    expect(stat.version).toBe(1);
    expect([checked, gone]).toEqual([undefined, undefined]);
    expect((await zk.get("/t")).data?.toString()).toBe("2");
  });

  it("do nothing if one step cannot be done, and say which", async () => {
    const zk = await fixture.alone();
    await zk.create("/t");
    const failing = zk.transaction().create("/a").set("/t", "x", 9).delete("/t").commit();
    await expect(failing).rejects.toMatchObject({ code: "BadVersion", path: "/t", operationIndex: 1 });
    expect(await zk.exists("/a")).toBeNull();
    const first = zk.transaction().check("/nope").create("/a").commit();
    await expect(first).rejects.toMatchObject({ code: "NoNode", path: "/nope", operationIndex: 0 });
    expect(await zk.transaction().commit()).toEqual([]);
  });

  it("have a counterpart for reads, each of which succeeds or fails alone", async () => {
    const zk = await fixture.alone();
    await zk.create("/r/c", "x", { parents: true });
    const [data, missing, list] = await zk.multiRead([{ get: "/r/c" }, { get: "/nope" }, { children: "/r" }]);
    expect(data).toMatchObject({ data: Buffer.from("x") });
    expect(missing).toMatchObject({ code: "NoNode", path: "/nope" });
    expect(list).toEqual({ children: ["c"] });
  });
});

describe("access", () => {
  it("is what the ACL says", async () => {
    const owner = await fixture.alone({ auth: [{ scheme: "digest", auth: "owner:secret" }] });
    const other = await fixture.client(owner.chroot);
    await owner.create("/private", "x", { acl: CREATOR_ALL_ACL });
    expect(await codeOf(other.get("/private"))).toBe("NoAuth");
    await other.addAuth("digest", "owner:secret");
    expect((await other.get("/private")).data?.toString()).toBe("x");
    await owner.setAcl("/private", READ_ACL, { version: 0 });
    expect(await codeOf(owner.set("/private", "y"))).toBe("NoAuth");
    const { acl, stat } = await owner.getAcl("/private");
    expect(acl).toEqual([{ perms: Permission.Read, id: { scheme: "world", id: "anyone" } }]);
    expect(stat.aversion).toBe(1);
  });

  it("goes by who the server takes us for", async () => {
    const zk = await fixture.alone();
    await zk.addAuth("digest", "someone:secret");
    const schemes = (await zk.whoAmI()).map(({ authScheme, user }) => `${authScheme}:${user}`);
    expect(schemes.sort()).toEqual(["digest:someone", "ip:127.0.0.1"]);
    await zk.create("/mine", null, { acl: CREATOR_ALL_ACL });
    zk.dropConnection();
    await zk.set("/mine", "after the reconnect").catch(() => zk.set("/mine", "again"));
  });

  it("of an unknown scheme ends the session", async () => {
    const zk = await fixture.alone();
    expect(await codeOf(zk.addAuth("nonsense", "x"))).toBe("AuthFailed");
    expect(zk.state).toBe("authFailed");
  });
});

describe("the rest", () => {
  it("lists the session's ephemerals below the chroot", async () => {
    const zk = await fixture.alone();
    await zk.create("/p");
    await zk.create("/p/1", null, { ephemeral: true });
    await zk.create("/p/2", null, { ephemeral: true });
    await zk.create("/q", null, { ephemeral: true });
    expect([...(await zk.ephemerals("/p"))].sort()).toEqual(["/p/1", "/p/2"]);
    expect((await zk.ephemerals()).length).toBe(3);
  });

  it("syncs, and reads the configuration outside the chroot", async () => {
    const zk = await fixture.alone();
    await zk.sync();
    expect((await zk.config()).stat.aversion).toBe(-1);
    expect(await codeOf(zk.reconfig({ leaving: [3] }))).toMatch(/ReconfigDisabled|Unimplemented/);
  });

  it("answers thousands of pipelined calls in order", async () => {
    const zk: ZooKeeper = await fixture.alone();
    await zk.create("/n", "0");
    const stats = await Promise.all(Array.from({ length: 5_000 }, (_, index) => zk.set("/n", String(index))));
    expect(stats.map(({ version }) => version)).toEqual(stats.map((_, index) => index + 1));
    const reads = await Promise.all(Array.from({ length: 5_000 }, () => zk.get("/n")));
    expect(new Set(reads.map(({ data }) => data?.toString()))).toEqual(new Set(["4999"]));
  });
});
