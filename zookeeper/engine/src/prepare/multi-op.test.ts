import { BytesError } from "@branta/foundation-bytes";
import { CreateMode, NULL_ACLS, OPEN_ACL, OpCode } from "@branta/zookeeper-protocol";
import { expect, test } from "vitest";
import { effectiveMultiOp } from "./multi-op.ts";
import { RequestRefusal } from "./request-refusal.ts";

const NODE = { path: "/a", data: null, acl: OPEN_ACL };

test("the mode of a create decides its kind within a multi", () => {
  const container = effectiveMultiOp({ type: OpCode.create, ...NODE, flags: CreateMode.Container });
  expect(container.type).toBe(OpCode.createContainer);
  const plain = effectiveMultiOp({ type: OpCode.createContainer, ...NODE, flags: CreateMode.Persistent });
  expect(plain.type).toBe(OpCode.createContainer);
});

test("createTTL without a TTL mode is an ordinary create", () => {
  const op = { type: OpCode.createTTL, ...NODE, ttl: 5 };
  expect(effectiveMultiOp({ ...op, flags: CreateMode.Ephemeral })).toEqual({
    type: OpCode.create,
    ...NODE,
    flags: CreateMode.Ephemeral,
  });
  expect(effectiveMultiOp({ ...op, flags: CreateMode.Container }).type).toBe(OpCode.createContainer);
  expect(effectiveMultiOp({ ...op, flags: 99 })).toEqual({ type: OpCode.create, ...NODE, flags: 99 });
  expect(effectiveMultiOp({ ...op, flags: CreateMode.PersistentWithTtl }).type).toBe(OpCode.createTTL);
});

test("a create whose mode is none, or wants a time to live, makes the multi unreadable", () => {
  for (const flags of [7, -1, CreateMode.PersistentWithTtl, CreateMode.PersistentSequentialWithTtl]) {
    expect(() => effectiveMultiOp({ type: OpCode.create2, ...NODE, flags })).toThrow(BytesError);
  }
  const check = { type: OpCode.check, path: "/a", version: 1 } as const;
  expect(effectiveMultiOp(check)).toBe(check);
});

test("a create without an ACL is refused before anything is counted", () => {
  const create = { type: OpCode.create, ...NODE, acl: NULL_ACLS, flags: 0 };
  expect(() => effectiveMultiOp(create)).toThrow(RequestRefusal);
  expect(() => effectiveMultiOp({ ...create, flags: 7 })).toThrow(BytesError);
});
