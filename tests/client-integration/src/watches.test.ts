import { ChildrenCache, NodeCache, TreeCache, type WatchEvent } from "@branta/zookeeper-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, Fixture } from "./fixture.ts";

let fixture: Fixture;

beforeAll(async () => {
  fixture = await Fixture.start();
}, 60_000);

afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
});

function recorder(): { watch: (event: WatchEvent) => void; told: string[] } {
  const told: string[] = [];
  return { told, watch: (event) => void told.push(`${event.type} ${event.path}`) };
}

describe("one-shot watches", () => {
  it("tell once, before the answer of the call that caused it", async () => {
    const zk = await fixture.alone();
    const { told, watch } = recorder();
    expect(await zk.exists("/a", { watch })).toBeNull();
    await zk.create("/a").then(() => told.push("created answered"));
    await zk.get("/a", { watch });
    await zk.children("/a", { watch });
    await zk.create("/a/b").then(() => told.push("child answered"));
    await zk.set("/a", "x").then(() => told.push("set answered"));
    await zk.set("/a", "y");
    expect(told).toEqual([
      "created /a",
      "created answered",
      "childrenChanged /a",
      "child answered",
      "dataChanged /a",
      "set answered",
    ]);
  });

  it("tell after a reconnect what was missed", async () => {
    const [zk, other] = await fixture.clients(2);
    const { told, watch } = recorder();
    await zk!.create("/data", "1");
    await zk!.create("/gone");
    await zk!.get("/data", { watch });
    await zk!.exists("/gone", { watch });
    await zk!.exists("/new", { watch });
    const suspended = new Promise<void>((resolve) => {
      const subscription = zk!.onState(() => {
        subscription[Symbol.dispose]();
        resolve();
      });
    });
    zk!.dropConnection();
    await suspended;
    await Promise.all([other!.set("/data", "2"), other!.delete("/gone"), other!.create("/new")]);
    await eventually(() => told.length === 3);
    expect(told.sort()).toEqual(["created /new", "dataChanged /data", "deleted /gone"]);
  });

  it("can be asked after and taken back", async () => {
    const zk = await fixture.alone();
    const { told, watch } = recorder();
    await zk.create("/a");
    await zk.get("/a", { watch });
    expect(await zk.checkWatches("/a", "data")).toBe(true);
    expect(await zk.checkWatches("/a", "children")).toBe(false);
    await zk.removeWatches("/a", "data");
    expect(told).toEqual(["lost /a"]);
    expect(await zk.checkWatches("/a")).toBe(false);
  });
});

describe("watch streams", () => {
  it("tell everything below a node", async () => {
    const zk = await fixture.alone();
    await using events = zk.watch("/", { recursive: true });
    expect((await events.next()).value).toMatchObject({ type: "resync", reason: "armed" });
    await zk.create("/a/b", null, { parents: true });
    await zk.set("/a/b", "x");
    await zk.deleteRecursive("/a");
    const told: string[] = [];
    for (let count = 0; count < 5; count++) {
      const { value } = await events.next();
      told.push(`${value?.type} ${value?.path}`);
    }
    expect(told).toEqual(["created /a", "created /a/b", "dataChanged /a/b", "deleted /a/b", "deleted /a"]);
  });

  it("are independent of each other, and the last one takes the server's watch back", async () => {
    const zk = await fixture.alone();
    const first = zk.watch("/x");
    const second = zk.watch("/x");
    await first.next();
    await second.next();
    await first.return?.();
    await zk.create("/x");
    expect((await second.next()).value).toMatchObject({ type: "created", path: "/x" });
    expect(await zk.checkWatches("/x")).toBe(true);
    await second.return?.();
    expect(await zk.checkWatches("/x")).toBe(false);
  });

  it("go on after the server was killed and came back", async () => {
    const own = await Fixture.start();
    await using _ = own;
    const zk = await own.alone();
    await using events = zk.watch("/", { recursive: true });
    await events.next();
    const session = zk.session?.id;
    await zk.create("/e", null, { ephemeral: true });
    await events.next();
    await own.server.kill();
    await own.server.launch();
    expect((await events.next()).value).toMatchObject({ type: "resync", reason: "reconnected" });
    expect(zk.session?.id).toBe(session);
    expect((await zk.exists("/e"))?.ephemeralOwner).toBe(session);
    await zk.create("/after");
    expect((await events.next()).value).toMatchObject({ type: "created", path: "/after" });
  });

  it("go on in a new session when the old one has expired", async () => {
    const zk = await fixture.alone({ onExpiry: "renew" });
    await using events = zk.watch("/a");
    await events.next();
    const { session } = zk;
    await fixture.expire(zk);
    // Whoever ended the session may have lost it to the client for a moment.
    let event = await events.next();
    while (event.value?.type === "resync" && event.value.reason === "reconnected") event = await events.next();
    expect(event.value).toMatchObject({ type: "resync", reason: "newSession" });
    expect(zk.session?.id).not.toBe(session?.id);
    await zk.create("/a");
    expect((await events.next()).value).toMatchObject({ type: "created" });
  });
});

describe("caches", () => {
  it("follow one node through its coming, changing and going", async () => {
    const [zk, other] = await fixture.clients(2);
    await using cache = await NodeCache.open(zk!, "/n");
    expect(cache.current).toBeUndefined();
    const changes = cache.changes();
    await other!.create("/n", "1");
    expect((await changes.next()).value).toMatchObject({ type: "added" });
    await other!.set("/n", "2");
    expect((await changes.next()).value).toMatchObject({ type: "changed" });
    expect(cache.current?.data?.toString()).toBe("2");
    await other!.delete("/n");
    expect((await changes.next()).value).toMatchObject({ type: "removed" });
    expect(cache.current).toBeUndefined();
  });

  it("follow children, and only children", async () => {
    const [zk, other] = await fixture.clients(2);
    await using cache = await ChildrenCache.open(zk!, "/c");
    await other!.create("/c/1/deep", "x", { parents: true });
    await other!.create("/c/2", "two");
    await eventually(() => cache.children.size === 2);
    expect(cache.get("2")?.data?.toString()).toBe("two");
    await other!.deleteRecursive("/c");
    await eventually(() => cache.children.size === 0);
  });

  it.each([{ onExpiry: "close" }, { onExpiry: "renew" }] as const)(
    "follow a tree through storms, reconnects and (%j) expiry",
    async (options) => {
      const [other] = await fixture.clients(1);
      const zk = await fixture.client(other!.chroot, options);
      await using cache = await TreeCache.open(zk, "/tree");
      const mirrored = new Map<string, string>();
      cache.onChange((change) => {
        if (change.type === "resync") throw new Error("listeners never miss a change");
        if (change.type === "removed") mirrored.delete(change.node.path);
        else mirrored.set(change.node.path, change.node.data?.toString() ?? "");
      });
      for (let round = 0; round < 10; round++) {
        const paths = Array.from(
          { length: 40 },
          (_, index) => `/tree/${index % 7}/${(index * round) % 5}/${index % 3}`,
        );
        await Promise.all(paths.map((path) => other!.create(path, `${round}`, { parents: true }).catch(() => {})));
        if (round % 3 === 1) zk.dropConnection();
        if (round === 5 && options.onExpiry === "renew") await fixture.expire(zk);
        await Promise.all(paths.slice(0, 20).map((path) => other!.set(path, `${round}!`).catch(() => {})));
        await other!.deleteRecursive(`/tree/${round % 7}`);
      }
      const truth = new Map<string, string>();
      const collect = async (path: string): Promise<void> => {
        truth.set(path, (await other!.get(path)).data?.toString() ?? "");
        for (const name of (await other!.children(path)).children) await collect(`${path}/${name}`);
      };
      await collect("/tree");
      await eventually(() => same(mirrored, truth));
      expect(new Map([...cache.nodes].map(([path, { data }]) => [path, data?.toString() ?? ""]))).toEqual(truth);
    },
  );
});

function same(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return one.size === other.size && [...one].every(([path, data]) => other.get(path) === data);
}
