import { ErrorCode, NULL_TEXT } from "@branta/zookeeper-protocol";

import { RequestRefusal } from "./request-refusal.ts";

/** Nodes that every server makes for itself and nobody may delete. */
const BUILT_IN = new Set(["/", "/zookeeper", "/zookeeper/quota", "/zookeeper/config"]);

/** The parent of a path as a client wrote it; what comes before the last slash need not be a node. */
export function parentOf(path: string): string {
  if (path === NULL_TEXT) throw RequestRefusal.of(ErrorCode.MarshallingError);
  const slash = path.lastIndexOf("/");
  if (slash === -1 || path.includes("\0")) throw RequestRefusal.of(ErrorCode.BadArguments);
  return slash === 0 ? "/" : path.slice(0, slash);
}

/** As {@link parentOf}, for a node that is to be deleted. */
export function parentOfDeletable(path: string): string {
  if (BUILT_IN.has(path)) throw RequestRefusal.of(ErrorCode.BadArguments);
  return parentOf(path);
}
