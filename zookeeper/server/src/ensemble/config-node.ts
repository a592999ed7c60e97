import { type DataTree, NO_NODE } from "@branta/zookeeper-engine";
import { READ_ACL } from "@branta/zookeeper-protocol";

const CONFIG_NODE = "/zookeeper/config";

/**
 * Shows the members of the ensemble in `/zookeeper/config`, as every server does by itself when it takes over a tree
 * (ZKDatabase.initConfigInZKDatabase): no transaction, and nothing that digests count.
 */
export function showConfiguration<W extends object>(
  tree: DataTree<W>,
  configuration: { readonly text: string; readonly version: number },
  wallMs: number,
): void {
  const { znodes } = tree;
  let id = znodes.find(CONFIG_NODE);
  if (id === NO_NODE) {
    // A snapshot of a server before 3.5.
    const node = { name: "config", data: null, acl: tree.acls.acquire(READ_ACL), ephemeralOwner: 0n, zxid: 0, time: 0 };
    id = znodes.create(znodes.find("/zookeeper"), CONFIG_NODE, node);
  }
  znodes.setData(id, Buffer.from(configuration.text, "utf8"));
  // "Any version" is what Apache's servers set, and it stays in the stat.
  znodes.setModified(id, -1, configuration.version, wallMs);
}
