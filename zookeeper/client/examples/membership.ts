// Cluster membership: every server has a node that lives as long as its session, so all know who is there, and that
// somebody has died as soon as the session ends.
//
//   node --conditions=source zookeeper/client/examples/membership.ts [host:port]
import { GroupMembership, type Members, ZooKeeper } from "@branta/zookeeper-client";

const address = process.argv[2] ?? "127.0.0.1:2181";
const path = "/examples/members";

/** Prints the group as it changes, until `wanted` holds. */
async function showUntil(group: GroupMembership, wanted: (members: Members) => boolean): Promise<void> {
  for await (const members of group.changes()) {
    const names = [...members].map(([id, data]) => `${id} (${String(data)})`).sort();
    console.log(`members: ${names.join(", ") || "none"}`);
    if (wanted(members)) return;
  }
}

await using watcher = await ZooKeeper.connect(address);
await using group = await GroupMembership.open(watcher, path);

// With "renew", a server that was cut off for too long comes back by itself, with a new session and a new node.
const servers = await Promise.all(
  ["server1", "server2", "server3"].map(async (id, index) => {
    const zk = await ZooKeeper.connect(address, { onExpiry: "renew" });
    const own = await GroupMembership.open(zk, path);
    const member = await own.join(id, `10.0.0.${index + 1}:8080`);
    return { zk, own, member };
  }),
);
await showUntil(group, (members) => members.size === 3);

console.log("server2 says that it moves");
await servers[1]!.member.setData("10.0.0.22:8080");
await showUntil(group, (members) => String(members.get("server2")) === "10.0.0.22:8080");

console.log("server3 ends");
await servers[2]!.zk.close();
await showUntil(group, (members) => members.size === 2);

for (const { zk, own, member } of servers) {
  await member[Symbol.asyncDispose]();
  await own[Symbol.asyncDispose]();
  await zk.close();
}
await showUntil(group, (members) => members.size === 0);
