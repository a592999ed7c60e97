import { CACHE_SERVER_MAPPING, serverMappingPath, serviceCodeOfMapping } from "@branta/arcus-protocol";
import { isZooKeeperError, type ZooKeeper } from "@branta/zookeeper-client";
import { ArcusServerError } from "../server-error.ts";
import type { NodeIdentity } from "./node-identity.ts";

/**
 * The cloud that an operator registered this node for: the only child of the mapping of its address, of its host's
 * name and port, or of its address on any port.
 *
 * @throws ArcusServerError cannotJoin when it is registered for none, or for several
 * @throws ZooKeeperError
 */
export async function findServiceCode(zk: ZooKeeper, node: NodeIdentity): Promise<string> {
  // The server of this session may be behind the one that registered the node.
  await zk.sync(CACHE_SERVER_MAPPING);
  for (const address of [node.address, node.hostAddress, node.ip]) {
    const path = serverMappingPath(address);
    const children = await childrenOf(zk, path);
    if (children === null) continue;
    if (children.length === 1) return serviceCodeOfMapping(children[0]!);
    throw new ArcusServerError(
      "cannotJoin",
      `Cannot tell the cloud of this node: ${path} has ${children.length} children, wanted is one`,
    );
  }
  throw new ArcusServerError(
    "cannotJoin",
    `Cannot tell the cloud of this node: it is not registered, ${serverMappingPath(node.address)} does not exist`,
  );
}

async function childrenOf(zk: ZooKeeper, path: string): Promise<readonly string[] | null> {
  try {
    return (await zk.children(path)).children;
  } catch (error) {
    if (isZooKeeperError(error, "NoNode")) return null;
    throw error;
  }
}
