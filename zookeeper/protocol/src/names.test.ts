import { describe, expect, it } from "vitest";
import { CreateMode, isContainer, isCreateMode, isEphemeral, isSequential, isTtl } from "./create-mode.ts";
import { ErrorCode, errorMessage, errorName } from "./error-codes.ts";
import { EventType, eventTypeName, KeeperState, keeperStateName } from "./event-types.ts";
import { messageTypes } from "./messages/registry.ts";
import { OpCode, opName } from "./op-codes.ts";
import { formatPermissions, parsePermissions, Permission } from "./permissions.ts";

describe("names of numbers", () => {
  it("are those of the field", () => {
    expect(opName(OpCode.getChildren2)).toBe("getChildren2");
    expect(errorName(ErrorCode.NoChildrenForEphemerals)).toBe("NoChildrenForEphemerals");
    expect(eventTypeName(EventType.NodeDataChanged)).toBe("NodeDataChanged");
    expect(keeperStateName(KeeperState.Expired)).toBe("Expired");
  });

  it("say so if there is none", () => {
    expect(opName(10)).toBe("unknown 10");
    expect(errorName(-126)).toBe("unknown -126");
    expect(eventTypeName(9)).toBe("unknown 9");
    expect(keeperStateName(1)).toBe("unknown 1");
  });

  it("lead from every operation to how it travels", () => {
    for (const [code, type] of messageTypes) expect(type).toMatchObject({ opCode: code, name: opName(code) });
    const internal: readonly number[] = [OpCode.deleteContainer, OpCode.createSession, OpCode.error];
    const missing = Object.values(OpCode).filter((code) => !messageTypes.has(code) && !internal.includes(code));
    expect(missing).toEqual([]);
  });
});

it("gives the texts that scripts look for", () => {
  expect(errorMessage(ErrorCode.NoNode, "/a")).toBe("KeeperErrorCode = NoNode for /a");
  expect(errorMessage(ErrorCode.NotEmpty)).toBe("KeeperErrorCode = Directory not empty");
  expect(errorMessage(ErrorCode.NoAuth, null)).toBe("KeeperErrorCode = NoAuth");
  expect(errorMessage(-999)).toBe("KeeperErrorCode = Unknown error -999");
});

it("tells the modes of a create apart", () => {
  const modes = Object.values(CreateMode);
  expect(modes.filter(isEphemeral)).toEqual([1, 3]);
  expect(modes.filter(isSequential)).toEqual([2, 3, 6]);
  expect(modes.filter(isContainer)).toEqual([4]);
  expect(modes.filter(isTtl)).toEqual([5, 6]);
  expect([-1, 0, 6, 7, 0.5].filter(isCreateMode)).toEqual([0, 6]);
});

it("writes permissions as letters and reads them back", () => {
  expect(formatPermissions(Permission.All)).toBe("cdrwa");
  expect(formatPermissions(0)).toBe("");
  for (let perms = 0; perms <= Permission.All; perms++) expect(parsePermissions(formatPermissions(perms))).toBe(perms);
  expect(parsePermissions("awr")).toBe(Permission.Admin | Permission.Write | Permission.Read);
  expect(parsePermissions("rx")).toBeUndefined();
});
