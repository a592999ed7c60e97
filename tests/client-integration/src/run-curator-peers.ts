import {
  Barrier,
  COUNT,
  Counter,
  DoubleBarrier,
  GroupMembership,
  LeaderElection,
  Lock,
  Queue,
  ReadWriteLock,
  Semaphore,
  ServiceDiscovery,
  SharedValue,
  type ZooKeeper,
} from "@branta/zookeeper-client";
import assert from "node:assert/strict";
import { CuratorPeer } from "./curator-peer.ts";
import { eventually, Fixture } from "./fixture.ts";

// Each recipe, shared by this program and one with Curator. Run by curator-peers.sh.

/** One recipe; `path` is its own. */
type Play = (zk: ZooKeeper, java: CuratorPeer, path: string) => Promise<void>;

const PATIENCE_MS = 10_000;
const IMPATIENCE_MS = 200;

const plays: Record<string, Play> = {
  async Lock(zk, java, path) {
    assert.equal(await java.tell("lock", path, PATIENCE_MS), "true");
    assert.equal(await new Lock(zk, path).tryAcquire(), null);
    const waiting = new Lock(zk, path).acquire();
    await eventually(async () => (await new Lock(zk, path).queue()).length === 2);
    await java.tell("unlock", path);
    const held = await waiting;
    assert.equal(await java.tell("lock", path, IMPATIENCE_MS), "false");
    const theirs = java.tell("lock", path, PATIENCE_MS);
    await eventually(async () => (await new Lock(zk, path).queue()).length === 2);
    await held.release();
    assert.equal(await theirs, "true");
    await java.tell("unlock", path);
  },

  async ReadWriteLock(zk, java, path) {
    const lock = new ReadWriteLock(zk, path);
    const mine = await lock.acquireRead();
    assert.equal(await java.tell("read", path, PATIENCE_MS), "true");
    await mine.release();
    assert.equal(await lock.tryAcquireWrite(), null);
    const writing = lock.acquireWrite();
    await eventually(async () => (await lock.queue()).length === 2);
    await java.tell("unlock", path);
    const writer = await writing;
    assert.equal(await java.tell("read", path, IMPATIENCE_MS), "false");
    assert.equal(await java.tell("write", path, IMPATIENCE_MS), "false");
    await writer.release();
    assert.equal(await java.tell("write", path, PATIENCE_MS), "true");
    assert.equal(await lock.tryAcquireRead(), null);
    await java.tell("unlock", path);
  },

  async Semaphore(zk, java, path) {
    const semaphore = new Semaphore(zk, path, { maxLeases: 2 });
    const first = await semaphore.acquire();
    assert.equal(await java.tell("lease", path, 2, PATIENCE_MS), "true");
    await assert.rejects(semaphore.acquire({ timeoutMs: IMPATIENCE_MS }), { code: "OperationTimeout" });
    const waiting = semaphore.acquire();
    await java.tell("close", path);
    const second = await waiting;
    assert.equal(await java.tell("lease", path, 2, IMPATIENCE_MS), "false");
    await first.release();
    await second.release();
  },

  async LeaderElection(zk, java, path) {
    const election = new LeaderElection(zk, path, { id: "node" });
    await java.tell("latch", path, "java");
    assert.equal(await java.tell("leads", path, PATIENCE_MS), "true");
    const leading = election.lead();
    await eventually(async () => (await election.participants()).length === 2);
    assert.equal(await election.leader(), "java");
    await java.tell("close", path);
    const term = await leading;
    await java.tell("latch", path, "java");
    assert.equal(await java.tell("leads", path, IMPATIENCE_MS), "false");
    assert.equal(await java.tell("leader", path), "node");
    await term.release();
    assert.equal(await java.tell("leads", path, PATIENCE_MS), "true");
    await java.tell("close", path);
  },

  async GroupMembership(zk, java, path) {
    await using group = await GroupMembership.open(zk, path);
    await java.tell("join", path, "java", "hello");
    await eventually(() => String(group.members.get("java")) === "hello");
    await using _ = await group.join("node", "hi");
    await eventually(async () => (await java.tell("members", path)) === "[java, node]");
    await java.tell("close", path);
    await eventually(() => !group.members.has("java"));
  },

  async Counter(zk, java, path) {
    assert.equal(await java.tell("add", path, 40), "40");
    assert.equal(await new Counter(zk, path).add(2), 42n);
    assert.equal(await java.tell("add", path, -50), "-8");
    assert.equal(await new Counter(zk, path).get(), -8n);
  },

  async SharedValue(zk, java, path) {
    await using value = await SharedValue.open(zk, path, COUNT, 7);
    assert.equal(await java.tell("count", path, -9), "7");
    await eventually(() => value.current.value === -9);
  },

  async Queue(zk, java, path) {
    const queue = new Queue(zk, path);
    await java.tell("offer", path, "from-java");
    assert.equal(String(await queue.take()), "from-java");
    const theirs = java.tell("poll", path, PATIENCE_MS);
    await queue.offer("from-node");
    assert.equal(await theirs, "from-node");
  },

  async Barrier(zk, java, path) {
    await java.tell("up", path);
    const passing = new Barrier(zk, path).wait();
    await java.tell("down", path);
    await passing;
    await new Barrier(zk, path).set();
    assert.equal(await java.tell("pass", path, IMPATIENCE_MS), "false");
    await new Barrier(zk, path).remove();
    assert.equal(await java.tell("pass", path, PATIENCE_MS), "true");
  },

  async DoubleBarrier(zk, java, path) {
    const theirs = java.tell("together", path, 2);
    const barrier = new DoubleBarrier(zk, path, 2);
    await barrier.enter();
    await barrier.leave();
    assert.equal(await theirs, "true");
  },

  async ServiceDiscovery(zk, java, path) {
    const discovery = new ServiceDiscovery<string>(zk, path);
    await using _ = await discovery.register({ name: "web", id: "n", address: "10.0.0.1", port: 80, payload: "blue" });
    assert.equal(await java.tell("find", path, "web"), "n@10.0.0.1:80=blue");
    await java.tell("register", path, "web", "j", "10.0.0.2", 81, "green");
    const found = await discovery.instance("web", "j");
    assert.deepEqual(
      [found?.name, found?.address, found?.port, found?.payload, found?.serviceType],
      ["web", "10.0.0.2", 81, "green", "DYNAMIC"],
    );
    assert.equal((await discovery.instances("web")).length, 2);
    await java.tell("close", path);
  },
};

const classpath = process.env["CURATOR_CLASSPATH"];
if (classpath === undefined) throw new Error("CURATOR_CLASSPATH must be set: run curator-peers.sh");
await using fixture = await Fixture.start();
await using java = new CuratorPeer(fixture.address, classpath);
const zk = await fixture.client();
for (const [name, play] of Object.entries(plays)) {
  await play(zk, java, `/${name}`);
  console.log(`${name}: shared`);
}
console.log(`${Object.keys(plays).length} of ${Object.keys(plays).length} recipes are shared with Curator`);
