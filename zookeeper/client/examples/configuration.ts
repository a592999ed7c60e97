// Configuration management: the settings of a cluster lie in one node, and every server has them the moment they change.
//
//   node --conditions=source zookeeper/client/examples/configuration.ts [host:port]
import { json, SharedValue, ZooKeeper } from "@branta/zookeeper-client";

interface Settings {
  readonly logLevel: string;
  readonly maxConnections: number;
}

const address = process.argv[2] ?? "127.0.0.1:2181";
const path = "/examples/configuration";
const defaults: Settings = { logLevel: "info", maxConnections: 100 };

/** A server of the cluster: works with the newest settings until it sees that `versions` of them have come. */
async function server(name: string, versions: number): Promise<void> {
  await using zk = await ZooKeeper.connect(address, { onExpiry: "renew" });
  await using settings = await SharedValue.open(zk, path, json<Settings>(), defaults);
  let seen = 0;
  for await (const { value, version } of settings.values()) {
    console.log(`${name} runs with version ${version}: ${JSON.stringify(value)}`);
    if (version >= versions || ++seen > versions) return;
  }
}

await using operator = await ZooKeeper.connect(address);
await operator.deleteRecursive(path);
await using settings = await SharedValue.open(operator, path, json<Settings>(), defaults);

const servers = [server("server 1", 2), server("server 2", 2), server("server 3", 2)];

// The operator changes one setting at a time, and only if nobody else has changed something meanwhile.
for (const change of [{ logLevel: "debug" }, { maxConnections: 500 }]) {
  for (;;) {
    const { data, stat } = await operator.get(path);
    const before = { value: JSON.parse(String(data)) as Settings, version: stat.version };
    if (await settings.trySet(before, { ...before.value, ...change })) break;
  }
  console.log(`operator sets ${JSON.stringify(change)}`);
}
await Promise.all(servers);
