// Leader election: of several servers that could do the work one does it; when it ends, another takes its place.
//
//   node --conditions=source zookeeper/client/examples/leader.ts [host:port]
import { LeaderElection, ZooKeeper } from "@branta/zookeeper-client";

const address = process.argv[2] ?? "127.0.0.1:2181";
const path = "/examples/leader";
const names = ["server1", "server2", "server3"];

/** A server that wants to lead, works while it leads, and then ends. */
async function server(id: string): Promise<void> {
  await using zk = await ZooKeeper.connect(address);
  const election = new LeaderElection(zk, path, { id });
  await using term = await election.lead();
  console.log(`${id} leads, and sees that ${await election.leader()} leads`);
  for (let step = 1; step <= 2; step++) {
    // Throws when the leadership is lost: with the session, or when nobody can know any more whether it is.
    term.assertHeld();
    // Stops waiting when the leadership is lost. What the leader writes to elsewhere should get its fencing token, too.
    await zk.set(path, `${id}, step ${step}, token ${term.fencingToken}`, { signal: term.signal });
    console.log(`${id} does step ${step}`);
  }
}

await Promise.all(names.map(server));
console.log("all servers have led");
