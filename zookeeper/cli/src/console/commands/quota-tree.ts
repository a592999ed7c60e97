import { isZooKeeperError, type ZooKeeper } from "@branta/zookeeper-client";
import { childPath, parentPath, QUOTA_LIMITS_NODE, QUOTA_ROOT } from "@branta/zookeeper-protocol";
import { ConsoleError } from "../console-error.ts";

/** The node under which the limits and the usage of `path` stand. */
export function quotaPath(path: string): string {
  return path === "/" ? QUOTA_ROOT : QUOTA_ROOT + path;
}

/** @throws ConsoleError malformedPath if a node above `path` or below it has a quota already: quotas do not nest */
export async function refuseNestedQuotas(zk: ZooKeeper, path: string): Promise<void> {
  const below = await quotasBelow(zk, path);
  if (below[0] !== undefined) throw nested(path, "child", below[0]);
  for (let ancestor = parentPath(path); ancestor !== "/"; ancestor = parentPath(ancestor)) {
    if (await hasQuota(zk, ancestor)) throw nested(path, "parent", ancestor);
  }
}

/** Makes the node of `path` in the quota tree, with those above it. Looks first: a create that fails is logged too. */
export async function ensureQuotaNode(zk: ZooKeeper, path: string): Promise<void> {
  if ((await zk.exists(quotaPath(path))) !== null) return;
  if (path !== "/") await ensureQuotaNode(zk, parentPath(path));
  try {
    await zk.create(quotaPath(path));
  } catch (error) {
    if (!isZooKeeperError(error, "NodeExists")) throw error;
  }
}

/** Takes a node of the quota tree away, and those above it that it leaves without children. */
export async function trimQuotaTree(zk: ZooKeeper, path: string): Promise<void> {
  for (let node = quotaPath(path); node !== QUOTA_ROOT; node = parentPath(node)) {
    const { children } = await zk.children(node);
    if (children.length > 0) return;
    await zk.delete(node);
  }
}

async function quotasBelow(zk: ZooKeeper, path: string): Promise<string[]> {
  const found: string[] = [];
  const waiting = await quotaChildren(zk, path);
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (await hasQuota(zk, at)) found.push(at);
    waiting.push(...(await quotaChildren(zk, at)));
  }
  return found;
}

async function hasQuota(zk: ZooKeeper, path: string): Promise<boolean> {
  return (await zk.exists(childPath(quotaPath(path), QUOTA_LIMITS_NODE))) !== null;
}

/** Paths right below `path` that the quota tree knows. */
async function quotaChildren(zk: ZooKeeper, path: string): Promise<string[]> {
  try {
    const { children } = await zk.children(quotaPath(path));
    const names = children.filter((name) => !name.startsWith("zookeeper_"));
    return names.map((name) => childPath(path, name));
  } catch (error) {
    if (isZooKeeperError(error, "NoNode")) return [];
    throw error;
  }
}

function nested(path: string, relation: "child" | "parent", other: string): ConsoleError {
  return new ConsoleError("malformedPath", `${path} has a ${relation} ${other} which has a quota`);
}
