import { type Acl, CreateMode, type CreateRequest, OPEN_ACL, OpCode } from "@branta/zookeeper-protocol";

import type { NodeRequest } from "../prepare/node-preparer.ts";

type Create = { readonly type: typeof OpCode.create } & CreateRequest;

/** Requests as tests write them, with what is usual left out. */
export const create = (path: string, options: Partial<Omit<Create, "type" | "path">> = {}): Create => ({
  type: OpCode.create,
  path,
  data: null,
  acl: OPEN_ACL,
  flags: CreateMode.Persistent,
  ...options,
});

export const setData = (path: string, data: string | null, version = -1): NodeRequest => ({
  type: OpCode.setData,
  path,
  data: data === null ? null : Buffer.from(data),
  version,
});

export const remove = (path: string, version = -1): NodeRequest => ({ type: OpCode.delete, path, version });

export const check = (path: string, version: number): NodeRequest => ({ type: OpCode.check, path, version });

export const setAcl = (path: string, acl: readonly Acl[], version = -1): NodeRequest => ({
  type: OpCode.setACL,
  path,
  acl,
  version,
});
