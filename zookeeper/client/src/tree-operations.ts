import { childPath, parentPath } from "@branta/zookeeper-protocol";
import type { Created, CreateOptions } from "./operations/create.ts";
import type { Data } from "./data.ts";
import type { CallOptions } from "./session/operation.ts";
import { failure, isZooKeeperError } from "./zookeeper-error.ts";
import type { ZooKeeper } from "./zookeeper.ts";

export interface EnsureOptions extends CallOptions {
  /** Makes containers, which go with their last child, instead of persistent nodes. */
  readonly container?: boolean | undefined;
}

/** Reads or deletes in flight at a time while walking a tree. */
const WINDOW = 512;

/** Makes a node with its missing parents. */
export async function createWithParents(
  zk: ZooKeeper,
  path: string,
  data: Data,
  options: CreateOptions,
): Promise<Created> {
  const { parents, ...rest } = options;
  const { signal, timeoutMs } = options;
  const container = parents === "containers";
  for (;;) {
    try {
      return await zk.create(path, data, rest);
    } catch (error) {
      // Again and again, because a container may go between its making and its first child.
      if (!isZooKeeperError(error, "NoNode")) throw error;
      await ensurePath(zk, parentPath(path), { signal, timeoutMs, container });
    }
  }
}

/** Makes a node on a server before 3.5, which does not answer with the stat. */
export async function createByOldServer(
  zk: ZooKeeper,
  creating: Promise<string>,
  options: CreateOptions,
): Promise<Created> {
  const path = await creating;
  const stat = await zk.exists(path, { signal: options.signal, timeoutMs: options.timeoutMs });
  if (stat === null) throw failure("NoNode", "create", path, { detail: "it was deleted at once" });
  return { path, stat };
}

/** Makes a node and its parents, as far as they are missing. */
export async function ensurePath(zk: ZooKeeper, path: string, options: EnsureOptions): Promise<void> {
  if (path === "/" && zk.chroot === "") return;
  const { container = false, ...call } = options;
  for (;;) {
    try {
      await zk.create(path, null, { ...call, container: container && !zk.isOldServer });
      return;
    } catch (error) {
      if (isZooKeeperError(error, "NodeExists")) return;
      if (!isZooKeeperError(error, "NoNode") || path === "/") throw error;
      await ensurePath(zk, parentPath(path), options);
    }
  }
}

/** All nodes below `path`, parents before their children, without `path` itself. A node that goes meanwhile is left out. */
export async function descendants(zk: ZooKeeper, path: string, options?: CallOptions): Promise<string[]> {
  const found: string[] = [];
  let level = [path];
  while (level.length > 0) {
    const next: string[] = [];
    for (let at = 0; at < level.length; at += WINDOW) {
      const lists = level.slice(at, at + WINDOW).map((parent) => childrenOf(zk, parent, options));
      for (const children of await Promise.all(lists)) next.push(...children);
    }
    found.push(...next);
    level = next;
  }
  return found;
}

/** Deletes `path` and all below. Answers how many nodes it deleted. */
export async function deleteRecursive(zk: ZooKeeper, path: string, options?: CallOptions): Promise<number> {
  let deleted = 0;
  for (;;) {
    const doomed = [path, ...(await descendants(zk, path, options))].reverse();
    let again = false;
    for (let at = 0; at < doomed.length; at += WINDOW) {
      const outcomes = doomed.slice(at, at + WINDOW).map((node) => deleteIfThere(zk, node, options));
      for (const outcome of await Promise.all(outcomes)) {
        if (outcome === "deleted") deleted++;
        // Somebody has made a child meanwhile.
        if (outcome === "notEmpty") again = true;
      }
    }
    if (!again) return deleted;
  }
}

async function childrenOf(zk: ZooKeeper, parent: string, options?: CallOptions): Promise<string[]> {
  try {
    const { children } = await zk.children(parent, options);
    return children.map((name) => childPath(parent, name));
  } catch (error) {
    if (isZooKeeperError(error, "NoNode")) return [];
    throw error;
  }
}

async function deleteIfThere(
  zk: ZooKeeper,
  path: string,
  options?: CallOptions,
): Promise<"deleted" | "gone" | "notEmpty"> {
  try {
    await zk.delete(path, options);
    return "deleted";
  } catch (error) {
    if (isZooKeeperError(error, "NoNode")) return "gone";
    if (isZooKeeperError(error, "NotEmpty")) return "notEmpty";
    throw error;
  }
}
