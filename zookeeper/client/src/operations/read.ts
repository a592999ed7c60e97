import {
  ErrorCode,
  existsRequest,
  existsResponse,
  getChildren2Request,
  getChildren2Response,
  getDataRequest,
  getDataResponse,
  OpCode,
  type Stat,
} from "@branta/zookeeper-protocol";
import { detached } from "../data.ts";
import type { Namespace } from "../namespace.ts";
import type { CallOptions, Operation } from "../session/operation.ts";
import type { WatchCallback, WatchEvent, WatchKind, WatchRegistry } from "../session/watch-registry.ts";

/** How to read, and whether to be told of the next change. */
export interface ReadOptions extends CallOptions {
  /** Leaves a one-shot watch: called once, when what was read has changed, or when the watch is lost. */
  readonly watch?: WatchCallback | undefined;
}

/** A node's data and stat. */
export interface NodeData {
  /** null if the node was written with null. */
  readonly data: Buffer | null;
  readonly stat: Stat;
}

/** The names of a node's children, in no particular order, and the node's stat. */
export interface NodeChildren {
  readonly children: readonly string[];
  readonly stat: Stat;
}

/** Where reads leave their watches. */
export interface WatchTarget {
  readonly namespace: Namespace;
  readonly watches: WatchRegistry;
}

export function existsOperation(target: WatchTarget, path: string, watch?: WatchCallback): Operation<Stat | null> {
  const request = { path: target.namespace.toServer(path, "look for"), watch: watch !== undefined };
  return {
    type: OpCode.exists,
    attempt: "look for",
    path,
    isRead: true,
    encode: (writer) => existsRequest.encode(writer, request),
    decode: (reader) => existsResponse.decode(reader).stat,
    recover: (errno) => (errno === ErrorCode.NoNode ? { value: null } : undefined),
    ...registers(target, request.path, watch, (errno) => {
      if (errno === ErrorCode.Ok) return "data";
      return errno === ErrorCode.NoNode ? "exist" : undefined;
    }),
  };
}

export function getOperation(target: WatchTarget, path: string, watch?: WatchCallback): Operation<NodeData> {
  const request = { path: target.namespace.toServer(path, "get"), watch: watch !== undefined };
  return {
    type: OpCode.getData,
    attempt: "get",
    path,
    isRead: true,
    encode: (writer) => getDataRequest.encode(writer, request),
    decode(reader) {
      const { data, stat } = getDataResponse.decode(reader);
      return { data: detached(data), stat };
    },
    ...registers(target, request.path, watch, (errno) => (errno === ErrorCode.Ok ? "data" : undefined)),
  };
}

export function childrenOperation(target: WatchTarget, path: string, watch?: WatchCallback): Operation<NodeChildren> {
  const request = { path: target.namespace.toServer(path, "list children of"), watch: watch !== undefined };
  return {
    type: OpCode.getChildren2,
    attempt: "list children of",
    path,
    isRead: true,
    encode: (writer) => getChildren2Request.encode(writer, request),
    decode: (reader) => getChildren2Response.decode(reader),
    ...registers(target, request.path, watch, (errno) => (errno === ErrorCode.Ok ? "child" : undefined)),
  };
}

function registers(
  target: WatchTarget,
  serverPath: string,
  watch: WatchCallback | undefined,
  kindOf: (errno: number) => WatchKind | undefined,
): Pick<Operation<unknown>, "onReply"> {
  if (watch === undefined) return {};
  const callback = translated(target.namespace, watch);
  return {
    onReply(errno) {
      const kind = kindOf(errno);
      if (kind !== undefined) target.watches.add(kind, serverPath, callback);
    },
  };
}

/**
 * A callback that is told the caller's paths. What it throws is thrown where nobody can catch it, as from a timer:
 * it must neither vanish nor end the connection.
 */
export function translated(namespace: Namespace, callback: WatchCallback): WatchCallback {
  return (event: WatchEvent) => {
    try {
      callback({ ...event, path: namespace.toClient(event.path) });
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  };
}
