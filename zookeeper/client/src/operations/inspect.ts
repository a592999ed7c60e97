import {
  type ClientInfo,
  getAllChildrenNumberRequest,
  getAllChildrenNumberResponse,
  getDataRequest,
  getDataResponse,
  getEphemeralsRequest,
  getEphemeralsResponse,
  OpCode,
  reconfigRequest,
  whoAmIResponse,
} from "@branta/zookeeper-protocol";
import { detached } from "../data.ts";
import type { Namespace } from "../namespace.ts";
import type { CallOptions, Operation } from "../session/operation.ts";
import type { NodeData } from "./read.ts";

/** How to change the members of an ensemble: add and remove some, or name all anew. */
export interface ReconfigOptions extends CallOptions {
  /** `server.N=host:quorum:election[:role];client` lines to add or change. */
  readonly joining?: readonly string[] | undefined;
  /** Numbers of servers to remove. */
  readonly leaving?: readonly (string | number)[] | undefined;
  /** All members, instead of the two above. */
  readonly members?: readonly string[] | undefined;
  /** The change happens only if this is the version of the configuration. */
  readonly fromConfig?: number | undefined;
}

/** The node that holds the configuration of the ensemble. */
export const CONFIG_PATH = "/zookeeper/config";

/** Paths of the session's own ephemeral nodes, the caller's names of them. */
export function ephemeralsOperation(namespace: Namespace, prefix: string): Operation<readonly string[]> {
  const prefixPath = namespace.toServer(prefix, "list ephemerals below");
  return {
    type: OpCode.getEphemerals,
    attempt: "list ephemerals below",
    path: prefix,
    isRead: true,
    encode: (writer) => getEphemeralsRequest.encode(writer, { prefixPath }),
    decode: (reader) => getEphemeralsResponse.decode(reader).ephemerals.map((path) => namespace.toClient(path)),
  };
}

export function countDescendantsOperation(namespace: Namespace, path: string): Operation<number> {
  const request = { path: namespace.toServer(path, "count nodes below") };
  return {
    type: OpCode.getAllChildrenNumber,
    attempt: "count nodes below",
    path,
    isRead: true,
    encode: (writer) => getAllChildrenNumberRequest.encode(writer, request),
    decode: (reader) => getAllChildrenNumberResponse.decode(reader).totalNumber,
  };
}

export function whoAmIOperation(): Operation<readonly ClientInfo[]> {
  return {
    type: OpCode.whoAmI,
    attempt: "ask who I am",
    isRead: true,
    decode: (reader) => whoAmIResponse.decode(reader).clientInfo,
  };
}

/** The configuration lies outside every chroot. */
export function configOperation(): Operation<NodeData> {
  return {
    type: OpCode.getData,
    attempt: "get configuration",
    path: CONFIG_PATH,
    isRead: true,
    encode: (writer) => getDataRequest.encode(writer, { path: CONFIG_PATH, watch: false }),
    decode: (reader) => detachedData(getDataResponse.decode(reader)),
  };
}

export function reconfigOperation(options: ReconfigOptions): Operation<NodeData> {
  const request = {
    joiningServers: options.joining?.join(",") ?? null,
    leavingServers: options.leaving?.join(",") ?? null,
    newMembers: options.members?.join(",") ?? null,
    curConfigId: options.fromConfig ?? -1,
  };
  return {
    type: OpCode.reconfig,
    attempt: "reconfigure",
    isRead: false,
    encode: (writer) => reconfigRequest.encode(writer, request),
    decode: (reader) => detachedData(getDataResponse.decode(reader)),
  };
}

function detachedData({ data, stat }: NodeData): NodeData {
  return { data: detached(data), stat };
}
