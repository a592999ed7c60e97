import {
  AddWatchMode,
  addWatchRequest,
  checkWatchesRequest,
  ErrorCode,
  OpCode,
  removeWatchesRequest,
  WatcherType,
} from "@branta/zookeeper-protocol";
import type { Operation } from "../session/operation.ts";
import { WATCH_KINDS, type WatchKind } from "../session/watch-registry.ts";
import type { WatchTarget } from "./read.ts";

/** Which of a node's watches are meant. */
export type WatchSelection = "data" | "children" | "persistent" | "recursive" | "any";

const SELECTIONS: Record<WatchSelection, { readonly type: number; readonly kinds: readonly WatchKind[] }> = {
  data: { type: WatcherType.Data, kinds: ["data", "exist"] },
  children: { type: WatcherType.Children, kinds: ["child"] },
  persistent: { type: WatcherType.Persistent, kinds: ["persistent"] },
  recursive: { type: WatcherType.PersistentRecursive, kinds: ["recursive"] },
  any: { type: WatcherType.Any, kinds: WATCH_KINDS },
};

export function addWatchOperation(target: WatchTarget, path: string, recursive: boolean): Operation<void> {
  const mode = recursive ? AddWatchMode.PersistentRecursive : AddWatchMode.Persistent;
  const request = { path: target.namespace.toServer(path, "watch"), mode };
  return {
    type: OpCode.addWatch,
    attempt: "watch",
    path,
    isRead: true,
    encode: (writer) => addWatchRequest.encode(writer, request),
    decode: () => undefined,
  };
}

/** Answers whether the server holds such a watch for this connection. */
export function checkWatchesOperation(
  target: WatchTarget,
  path: string,
  selection: WatchSelection,
): Operation<boolean> {
  const request = { path: target.namespace.toServer(path, "check watches of"), type: SELECTIONS[selection].type };
  return {
    type: OpCode.checkWatches,
    attempt: "check watches of",
    path,
    isRead: true,
    encode: (writer) => checkWatchesRequest.encode(writer, request),
    decode: () => true,
    recover: (errno) => (errno === ErrorCode.NoWatcher ? { value: false } : undefined),
  };
}

export function removeWatchesOperation(target: WatchTarget, path: string, selection: WatchSelection): Operation<void> {
  const { type, kinds } = SELECTIONS[selection];
  const request = { path: target.namespace.toServer(path, "remove watches of"), type };
  return {
    type: OpCode.removeWatches,
    attempt: "remove watches of",
    path,
    isRead: false,
    encode: (writer) => removeWatchesRequest.encode(writer, request),
    decode: () => undefined,
    onReply(errno) {
      if (errno === ErrorCode.Ok) target.watches.removeAll(request.path, kinds);
    },
  };
}
