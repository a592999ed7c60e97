import {
  type Acl,
  deleteRequest,
  getAclRequest,
  getAclResponse,
  OpCode,
  setAclRequest,
  setAclResponse,
  setDataRequest,
  setDataResponse,
  type Stat,
  syncRequest,
} from "@branta/zookeeper-protocol";
import { type Data, toBytes } from "../data.ts";
import type { Namespace } from "../namespace.ts";
import type { CallOptions, Operation } from "../session/operation.ts";

/** How to change a node. */
export interface VersionOptions extends CallOptions {
  /** The change happens only if the node has this version (of its data, or of its ACL for setAcl). */
  readonly version?: number | undefined;
}

/** A node's ACL and stat. */
export interface NodeAcl {
  readonly acl: readonly Acl[];
  readonly stat: Stat;
}

/** The version that every node has. */
export const ANY_VERSION = -1;

export function setOperation(namespace: Namespace, path: string, data: Data, version?: number): Operation<Stat> {
  const request = {
    path: namespace.toServer(path, "set"),
    data: toBytes(data),
    version: version ?? ANY_VERSION,
  };
  return {
    type: OpCode.setData,
    attempt: "set",
    path,
    isRead: false,
    detail: wanted(version),
    encode: (writer) => setDataRequest.encode(writer, request),
    decode: (reader) => setDataResponse.decode(reader).stat,
  };
}

export function deleteOperation(namespace: Namespace, path: string, version?: number): Operation<void> {
  const request = { path: namespace.toServer(path, "delete"), version: version ?? ANY_VERSION };
  return {
    type: OpCode.delete,
    attempt: "delete",
    path,
    isRead: false,
    detail: wanted(version),
    encode: (writer) => deleteRequest.encode(writer, request),
    decode: () => undefined,
  };
}

export function getAclOperation(namespace: Namespace, path: string): Operation<NodeAcl> {
  const request = { path: namespace.toServer(path, "get ACL of") };
  return {
    type: OpCode.getACL,
    attempt: "get ACL of",
    path,
    isRead: true,
    encode: (writer) => getAclRequest.encode(writer, request),
    decode: (reader) => getAclResponse.decode(reader),
  };
}

export function setAclOperation(
  namespace: Namespace,
  path: string,
  acl: readonly Acl[],
  version?: number,
): Operation<Stat> {
  const request = { path: namespace.toServer(path, "set ACL of"), acl, version: version ?? ANY_VERSION };
  return {
    type: OpCode.setACL,
    attempt: "set ACL of",
    path,
    isRead: false,
    detail: wanted(version),
    encode: (writer) => setAclRequest.encode(writer, request),
    decode: (reader) => setAclResponse.decode(reader).stat,
  };
}

export function syncOperation(namespace: Namespace, path: string): Operation<void> {
  const request = { path: namespace.toServer(path, "sync") };
  return {
    type: OpCode.sync,
    attempt: "sync",
    path,
    isRead: true,
    encode: (writer) => syncRequest.encode(writer, request),
    decode: () => undefined,
  };
}

function wanted(version: number | undefined): string | undefined {
  return version === undefined || version === ANY_VERSION ? undefined : `wanted version ${version}`;
}
