import type { ZooKeeper } from "@branta/zookeeper-client";
import { childPath } from "@branta/zookeeper-protocol";
import { COMMAND_NAMES } from "./console.ts";

/**
 * What the last word of a line may become: names of commands, or, when it begins with a slash, paths of nodes.
 *
 * @returns the candidates, and the word they replace
 */
export async function complete(line: string, zk: ZooKeeper): Promise<[string[], string]> {
  const word = /\S*$/.exec(line)?.[0] ?? "";
  if (!word.startsWith("/")) return [COMMAND_NAMES.filter((name) => name.startsWith(word)), word];
  const slash = word.lastIndexOf("/");
  const parent = slash === 0 ? "/" : word.slice(0, slash);
  try {
    const { children } = await zk.children(parent, { timeoutMs: COMPLETION_TIMEOUT_MS });
    const names = children.filter((name) => name.startsWith(word.slice(slash + 1)));
    return [names.map((name) => childPath(parent, name)).toSorted(), word];
  } catch {
    // There is no such node, or no connection: then there is nothing to suggest.
    return [[], word];
  }
}

const COMPLETION_TIMEOUT_MS = 2_000;
