// Locks: several processes change the same thing, one at a time, and each in its turn.
//
//   node --conditions=source zookeeper/client/examples/lock.ts [host:port]
import { Lock, ZooKeeper } from "@branta/zookeeper-client";

const address = process.argv[2] ?? "127.0.0.1:2181";

/** What is shared: it knows nothing of locks, but refuses whoever is late (holds an older token than it has seen). */
const account = {
  balance: 0,
  lastToken: 0,
  async add(amount: number, token: number): Promise<void> {
    if (token < this.lastToken) throw new Error(`Cannot add ${amount}: token ${token} is older than ${this.lastToken}`);
    this.lastToken = token;
    const before = this.balance;
    await new Promise((resolve) => setImmediate(resolve));
    this.balance = before + amount;
  },
};

async function worker(name: string): Promise<void> {
  await using zk = await ZooKeeper.connect(address);
  for (let round = 0; round < 5; round++) {
    await using held = await new Lock(zk, "/examples/lock", { data: name }).acquire({ timeoutMs: 30_000 });
    await account.add(1, held.fencingToken);
  }
  console.log(`${name} is done`);
}

await Promise.all(["worker 1", "worker 2", "worker 3", "worker 4"].map(worker));
console.log(`balance: ${account.balance}`);
