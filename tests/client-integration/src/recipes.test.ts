import {
  Barrier,
  COUNT,
  Counter,
  DoubleBarrier,
  GroupMembership,
  LeaderElection,
  Lock,
  type Ownership,
  Queue,
  ReadWriteLock,
  Semaphore,
  ServiceDiscovery,
  SharedValue,
  type ZooKeeper,
} from "@branta/zookeeper-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, Fixture } from "./fixture.ts";

let fixture: Fixture;

beforeAll(async () => {
  fixture = await Fixture.start();
}, 60_000);

afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
});

const PROTECTED = "_c_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-";

describe("Lock", () => {
  it("lets one in at a time, in order of asking, with growing fencing tokens", async () => {
    const clients = await fixture.clients(4);
    const tokens: number[] = [];
    let inside = 0;
    const work = async (held: Ownership): Promise<void> => {
      expect(++inside).toBe(1);
      tokens.push(held.fencingToken);
      await new Promise((resolve) => setImmediate(resolve));
      inside--;
    };
    await Promise.all(clients.flatMap((zk) => [1, 2, 3].map(() => new Lock(zk, "/l").with(work))));
    expect(tokens).toEqual([...tokens].sort((a, b) => a - b));
    expect(new Set(tokens).size).toBe(12);
  });

  it("has nodes as Curator's InterProcessMutex has them", async () => {
    const zk = await fixture.alone();
    await using held = await new Lock(zk, "/l", { data: "who" }).acquire();
    expect(held.path).toMatch(new RegExp(`^/l/${PROTECTED}lock-\\d{10}$`));
    expect((await zk.get(held.path)).data?.toString()).toBe("who");
  });

  it("waits behind a node that Curator has made, and goes when it goes", async () => {
    const [zk, other] = await fixture.clients(2);
    const foreign = "/l/_c_7f0b3b0e-3f7a-4d5b-9d0b-000000000000-lock-";
    const { path } = await other!.create(foreign, null, { ephemeral: true, sequential: true, parents: true });
    const acquiring = new Lock(zk!, "/l").acquire();
    await eventually(async () => (await other!.children("/l")).children.length === 2);
    expect(await new Lock(other!, "/l").tryAcquire()).toBeNull();
    await other!.delete(path);
    await (await acquiring).release();
  });

  it("leaves no node behind when the wait is given up", async () => {
    const [zk, other] = await fixture.clients(2);
    await using held = await new Lock(zk!, "/l").acquire();
    await expect(new Lock(other!, "/l").acquire({ timeoutMs: 50 })).rejects.toMatchObject({ code: "OperationTimeout" });
    const controller = new AbortController();
    const acquiring = new Lock(other!, "/l").acquire({ signal: controller.signal });
    controller.abort();
    await expect(acquiring).rejects.toMatchObject({ code: "Aborted" });
    await eventually(async () => (await zk!.children("/l")).children.length === 1);
    expect(held.held).toBe(true);
  });

  it("is lost with the session, and the next in the queue gets it", async () => {
    const [zk, other] = await fixture.clients(2);
    const held = await new Lock(zk!, "/l").acquire();
    const next = new Lock(other!, "/l").acquire();
    await fixture.expire(zk!);
    await (await next).release();
    await eventually(() => held.signal.aborted);
    expect(() => held.assertHeld()).toThrow("OwnershipLost");
    await held.release();
  });

  it("is lost when somebody removes its node", async () => {
    const [zk, other] = await fixture.clients(2);
    const held = await new Lock(zk!, "/l").acquire();
    await other!.delete(held.path);
    await eventually(() => held.signal.aborted);
    expect(held.signal.reason).toMatchObject({ code: "OwnershipLost" });
  });

  it("survives lost connections, while waiting and while held", async () => {
    const [zk, other] = await fixture.clients(2);
    const held = await new Lock(zk!, "/l").acquire();
    const acquiring = new Lock(other!, "/l").acquire();
    await eventually(async () => (await new Lock(zk!, "/l").queue()).length === 2);
    zk!.dropConnection();
    other!.dropConnection();
    await zk!.sync();
    expect(held.held).toBe(true);
    await held.release();
    await (await acquiring).release();
  });
});

describe("ReadWriteLock", () => {
  it("lets readers in together and writers alone, none before its turn", async () => {
    const [one, two, three] = (await fixture.clients(3)) as [ZooKeeper, ZooKeeper, ZooKeeper];
    const lock = (zk: ZooKeeper): ReadWriteLock => new ReadWriteLock(zk, "/rw");
    const readers = [await lock(one).acquireRead(), await lock(two).acquireRead()];
    const order: string[] = [];
    const writing = lock(three)
      .acquireWrite()
      .then((held) => (order.push("writer"), held));
    await eventually(async () => (await lock(one).queue()).length === 3);
    const reading = lock(one)
      .acquireRead()
      .then((held) => (order.push("reader"), held));
    await eventually(async () => (await lock(one).queue()).length === 4);
    expect(await lock(two).tryAcquireRead()).toBeNull();
    expect(order).toEqual([]);
    for (const reader of readers) await reader.release();
    const writer = await writing;
    expect(order).toEqual(["writer"]);
    expect(writer.path).toMatch(new RegExp(`^/rw/${PROTECTED}__WRIT__\\d{10}$`));
    await writer.release();
    const reader = await reading;
    expect(reader.path).toMatch(new RegExp(`^/rw/${PROTECTED}__READ__\\d{10}$`));
    await reader.release();
  });
});

describe("Semaphore", () => {
  it("gives out so many leases, and no more", async () => {
    const clients = await fixture.clients(4);
    let inside = 0;
    let most = 0;
    const use = async (zk: ZooKeeper): Promise<void> => {
      await using lease = await new Semaphore(zk, "/s", { maxLeases: 2 }).acquire();
      most = Math.max(most, ++inside);
      expect(lease.path).toMatch(new RegExp(`^/s/leases/${PROTECTED}lease-\\d{10}$`));
      await zk.sync();
      inside--;
    };
    await Promise.all(clients.flatMap((zk) => [use(zk), use(zk)]));
    expect(most).toBeLessThanOrEqual(2);
    await using _one = await new Semaphore(clients[0]!, "/s", { maxLeases: 2 }).acquire();
    await using _two = await new Semaphore(clients[1]!, "/s", { maxLeases: 2 }).acquire();
    expect(await new Semaphore(clients[2]!, "/s", { maxLeases: 2 }).leases()).toHaveLength(2);
  });

  it("takes nothing when the wait is given up", async () => {
    const [zk, other] = await fixture.clients(2);
    await using _lease = await new Semaphore(zk!, "/s", { maxLeases: 1 }).acquire();
    const waiting = new Semaphore(other!, "/s", { maxLeases: 1 });
    await expect(waiting.acquire({ timeoutMs: 50 })).rejects.toMatchObject({ code: "OperationTimeout" });
    await eventually(async () => (await waiting.leases()).length === 1);
    await eventually(async () => (await zk!.children("/s/locks")).children.length === 0);
  });
});

describe("LeaderElection", () => {
  it("has one leader, then the next, and everyone can see who", async () => {
    const [one, two, three] = (await fixture.clients(3)) as [ZooKeeper, ZooKeeper, ZooKeeper];
    const term = await new LeaderElection(one, "/e", { id: "one" }).lead();
    expect(term.path).toMatch(new RegExp(`^/e/${PROTECTED}latch-\\d{10}$`));
    const next = new LeaderElection(two, "/e", { id: "two" }).lead();
    const observer = new LeaderElection(three, "/e");
    await eventually(async () => (await observer.participants()).length === 2);
    expect(await observer.participants()).toEqual([
      { id: "one", isLeader: true },
      { id: "two", isLeader: false },
    ]);
    const leaders = observer.leaders();
    expect((await leaders.next()).value).toBe("one");
    await fixture.expire(one);
    const second = await next;
    expect((await leaders.next()).value).toBe("two");
    await eventually(() => term.signal.aborted);
    await second.release();
    expect((await leaders.next()).value).toBeUndefined();
    await leaders.return(undefined);
  });

  it("gives one term after the other until it is stopped", async () => {
    const zk = await fixture.alone();
    const controller = new AbortController();
    let terms = 0;
    for await (const term of new LeaderElection(zk, "/e").terms({ signal: controller.signal })) {
      expect(term.held).toBe(true);
      if (++terms === 3) controller.abort();
    }
    expect(terms).toBe(3);
    await eventually(async () => (await zk.children("/e")).children.length === 0);
  });

  it("goes on in a new session", async () => {
    const zk = await fixture.alone({ onExpiry: "renew" });
    const election = new LeaderElection(zk, "/e", { id: "me" });
    const first = await election.lead();
    await fixture.expire(zk);
    await eventually(() => first.signal.aborted);
    await zk.connected();
    await (await election.lead()).release();
  });
});

describe("barriers", () => {
  it("hold everyone up until they are removed", async () => {
    const [zk, other] = await fixture.clients(2);
    const barrier = new Barrier(zk!, "/b");
    await barrier.set();
    await barrier.set();
    const passing = new Barrier(other!, "/b").wait();
    await expect(new Barrier(other!, "/b").wait({ timeoutMs: 30 })).rejects.toMatchObject({ code: "OperationTimeout" });
    await barrier.remove();
    await passing;
    await barrier.wait();
  });

  it("let all begin together and end together", async () => {
    const clients = await fixture.clients(5);
    const order: string[] = [];
    await Promise.all(
      clients.map(async (zk) => {
        const barrier = new DoubleBarrier(zk, "/d", clients.length);
        order.push("enter");
        await barrier.enter();
        order.push("work");
        await barrier.leave();
        order.push("left");
      }),
    );
    expect(order).toEqual(["enter", "work", "left"].flatMap((step) => clients.map(() => step)));
    expect((await clients[0]!.exists("/d"))?.numChildren ?? 0).toBe(0);
  });
});

describe("Queue", () => {
  it("gives each item to one taker, in order", async () => {
    const [zk, other, third] = (await fixture.clients(3)) as [ZooKeeper, ZooKeeper, ZooKeeper];
    const waiting = new Queue(other, "/q").take();
    expect(await new Queue(zk, "/q").offer("first")).toMatch(/^\/q\/qn-\d{10}$/);
    expect((await waiting)?.toString()).toBe("first");
    const items = Array.from({ length: 20 }, (_, index) => String(index));
    for (const item of items) await new Queue(zk, "/q").offer(item);
    expect((await new Queue(zk, "/q").peek())?.toString()).toBe("0");
    expect(await new Queue(zk, "/q").size()).toBe(20);
    const taken = await Promise.all(items.map((_, index) => new Queue(index % 2 === 0 ? other : third, "/q").take()));
    expect(taken.map(String).sort()).toEqual([...items].sort());
    expect(await new Queue(zk, "/q").poll()).toBeUndefined();
  });
});

describe("Counter", () => {
  it("loses no count among many who count", async () => {
    const clients = await fixture.clients(3);
    await Promise.all(clients.flatMap((zk) => [1, 2, 3, 4].map(() => new Counter(zk, "/n").increment())));
    const counter = new Counter(clients[0]!, "/n");
    expect(await counter.get()).toBe(12n);
    expect((await clients[0]!.get("/n")).data).toEqual(Buffer.from([0, 0, 0, 0, 0, 0, 0, 12]));
    expect(await counter.compareAndSet(11, 0)).toBe(false);
    expect(await counter.compareAndSet(12, -1)).toBe(true);
    expect(await counter.decrement()).toBe(-2n);
    await clients[0]!.set("/n", "abc");
    await expect(counter.get()).rejects.toMatchObject({ code: "CorruptData" });
  });
});

describe("SharedValue", () => {
  it("is seen by all, and set only from what was seen", async () => {
    const [zk, other] = await fixture.clients(2);
    await using mine = await SharedValue.open(zk!, "/v", COUNT, 7);
    await using theirs = await SharedValue.open(other!, "/v", COUNT, 8);
    const before = theirs.current;
    expect(before).toEqual({ value: 7, version: 0 });
    await mine.set(9);
    await eventually(() => theirs.current.value === 9);
    expect(await theirs.trySet(before, 1)).toBe(false);
    expect(await theirs.trySet(theirs.current, 10)).toBe(true);
    expect((await zk!.get("/v")).data).toEqual(Buffer.from([0, 0, 0, 10]));
  });
});

describe("GroupMembership", () => {
  it("shows who is there, and a member comes back whatever happens to its node", async () => {
    const [zk, other] = await fixture.clients(2, { onExpiry: "renew" });
    await using group = await GroupMembership.open(zk!, "/g");
    await using view = await GroupMembership.open(other!, "/g");
    const member = await view.join("b", "hello");
    await eventually(() => group.members.get("b")?.toString() === "hello");
    await member.setData("changed");
    await eventually(() => group.members.get("b")?.toString() === "changed");
    await zk!.delete("/g/b");
    await eventually(async () => (await zk!.exists("/g/b")) !== null);
    await fixture.expire(other!);
    await eventually(async () => (await zk!.exists("/g/b"))?.ephemeralOwner === other!.session?.id);
    await eventually(() => group.members.get("b")?.toString() === "changed");
    await member[Symbol.asyncDispose]();
    await eventually(() => group.members.size === 0);
  });
});

describe("ServiceDiscovery", () => {
  it("finds what is registered, and forgets it when it is disposed of", async () => {
    const [zk, other] = await fixture.clients(2);
    const registration = await new ServiceDiscovery<string>(zk!, "/services").register({
      name: "web",
      id: "one",
      address: "10.0.0.1",
      port: 80,
      payload: "blue",
    });
    const discovery = new ServiceDiscovery<string>(other!, "/services");
    expect(await discovery.names()).toEqual(["web"]);
    expect(await discovery.instances("web")).toMatchObject([{ id: "one", port: 80, payload: "blue" }]);
    await using web = await discovery.follow("web");
    await registration.update({ port: 81 });
    await eventually(() => web.next()?.port === 81);
    await registration[Symbol.asyncDispose]();
    await eventually(() => web.instances.size === 0);
    expect(await discovery.instance("web", "one")).toBeUndefined();
  });
});
