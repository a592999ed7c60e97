import { childPath, nodeName, parentPath, type Stat } from "@branta/zookeeper-protocol";
import { randomUUID } from "node:crypto";
import type { Data } from "../data.ts";
import type { Created, NodeOptions } from "../operations/create.ts";
import { isZooKeeperError } from "../zookeeper-error.ts";
import type { ZooKeeper } from "../zookeeper.ts";

/** Begins the name of a node whose maker may lose the answer, and finds it again by this (Curator's "protection"). */
export const PROTECTION_PREFIX = "_c_";

/**
 * Makes a node so that it can be found again if the answer is lost with the connection: its name begins with
 * `_c_<uuid>-`, as Curator's does. Missing parents are made as containers.
 *
 * @throws ZooKeeperError as create does, but never ConnectionLoss while the session lives
 */
export async function createProtected(zk: ZooKeeper, path: string, data: Data, options: NodeOptions): Promise<Created> {
  const parent = parentPath(path);
  const prefix = `${PROTECTION_PREFIX}${randomUUID()}-`;
  const protectedPath = childPath(parent, prefix + nodeName(path));
  for (;;) {
    try {
      return await zk.create(protectedPath, data, { ...options, parents: "containers" });
    } catch (error) {
      if (!isZooKeeperError(error, "ConnectionLoss")) throw error;
      const found = await findByPrefix(zk, parent, prefix);
      if (found !== undefined) return found;
    }
  }
}

/** Removes a node, and does not give up over lost connections: an abandoned node would block the others. */
export async function guaranteedDelete(zk: ZooKeeper, path: string): Promise<void> {
  for (;;) {
    try {
      await zk.delete(path);
      return;
    } catch (error) {
      // With the session the node goes, too.
      if (isZooKeeperError(error, "NoNode", "SessionExpired", "Closed", "AuthFailed")) return;
      if (!isZooKeeperError(error, "ConnectionLoss", "QueueFull", "ThrottledOp", "RequestTimeout")) throw error;
      if (error.code === "QueueFull") await zk.drained();
    }
  }
}

/** Sees to it that a node is there, made by us or by another, over lost connections. Missing parents are made as containers. */
export async function guaranteedCreate(
  zk: ZooKeeper,
  path: string,
  data: Data,
  options: NodeOptions = {},
): Promise<void> {
  for (;;) {
    try {
      await zk.create(path, data, { ...options, parents: "containers" });
      return;
    } catch (error) {
      if (isZooKeeperError(error, "NodeExists")) return;
      if (!isZooKeeperError(error, "ConnectionLoss")) throw error;
    }
  }
}

/** Repeats a read that the client may have been told not to repeat by itself. */
export async function insist<T>(read: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (!isZooKeeperError(error, "ConnectionLoss")) throw error;
    }
  }
}

async function findByPrefix(zk: ZooKeeper, parent: string, prefix: string): Promise<Created | undefined> {
  try {
    // The create may be under way still, on a server that we have left: what it comes to must show before we look.
    await insist(() => zk.sync(parent));
    const { children } = await insist(() => zk.children(parent));
    const name = children.find((child) => child.startsWith(prefix));
    if (name === undefined) return undefined;
    const path = childPath(parent, name);
    const stat: Stat | null = await insist(() => zk.exists(path));
    return stat === null ? undefined : { path, stat };
  } catch (error) {
    if (isZooKeeperError(error, "NoNode")) return undefined;
    throw error;
  }
}
