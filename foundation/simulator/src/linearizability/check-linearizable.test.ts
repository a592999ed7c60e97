import { SeededRandom } from "@branta/foundation-runtime";
import { describe, expect, test } from "vitest";
import { checkLinearizable, checkLinearizableByKey } from "./check-linearizable.ts";
import { type RegisterCall, registerModel, type RegisterResult } from "./register-model.ts";
import type { Operation } from "./sequential-model.ts";

type RegisterOperation = Operation<RegisterCall, RegisterResult>;

let clients = 0;

function read(calledAt: number, returnedAt: number, result: RegisterResult, key = "x"): RegisterOperation {
  return { client: ++clients, call: { kind: "read", key }, calledAt, returnedAt, result };
}

function write(calledAt: number, returnedAt: number, value: string, key = "x"): RegisterOperation {
  return { client: ++clients, call: { kind: "write", key, value }, calledAt, returnedAt, result: null };
}

function lostWrite(calledAt: number, value: string): RegisterOperation {
  return { ...write(calledAt, Infinity, value), result: undefined };
}

function swap(
  calledAt: number,
  returnedAt: number,
  expected: string | null,
  value: string,
  result: boolean,
): RegisterOperation {
  return {
    client: ++clients,
    call: { kind: "compareAndSet", key: "x", expected, value },
    calledAt,
    returnedAt,
    result,
  };
}

describe("a register", () => {
  test("nothing happened", () => expect(checkLinearizable(registerModel, [])).toBe("linearizable"));

  test.each<[string, RegisterOperation[]]>([
    ["a read sees the write before it", [write(0, 1, "a"), read(2, 3, "a")]],
    ["concurrent reads see old and new", [write(0, 10, "a"), read(1, 2, null), read(3, 4, "a")]],
    ["a write whose answer is lost may be seen late", [lostWrite(0, "a"), read(5, 6, null), read(7, 8, "a")]],
    ["or never", [lostWrite(0, "a"), read(5, 6, null)]],
    ["calls that touch are concurrent", [write(0, 5, "a"), read(5, 6, null)]],
    ["one of two swaps wins", [swap(0, 5, null, "a", true), swap(0, 5, null, "b", false), read(6, 7, "a")]],
  ])("%s", (_, history) => expect(checkLinearizable(registerModel, history)).toBe("linearizable"));

  test.each<[string, RegisterOperation[]]>([
    ["a stale read", [write(0, 1, "a"), read(2, 3, null)]],
    ["new, then old", [write(0, 10, "a"), read(1, 2, "a"), read(3, 4, null)]],
    ["a lost acknowledged write", [write(0, 1, "a"), write(2, 3, "b"), read(4, 5, "a")]],
    ["a value nobody wrote", [write(0, 1, "a"), read(0, 5, "z")]],
    ["a write seen before it was called", [read(0, 1, "a"), lostWrite(2, "a")]],
    ["two swaps of one value", [swap(0, 5, null, "a", true), swap(0, 5, null, "b", true)]],
  ])("violated: %s", (_, history) => expect(checkLinearizable(registerModel, history)).toBe("violated"));
});

test("names the key that is not linearizable", () => {
  const history = [write(0, 1, "a", "k1"), write(0, 1, "b", "k2"), read(2, 3, "a", "k1"), read(2, 3, null, "k2")];
  expect(checkLinearizableByKey(registerModel, history, ({ key }) => key)).toEqual({ verdict: "violated", key: "k2" });
  expect(checkLinearizableByKey(registerModel, history.slice(0, 3), ({ key }) => key).verdict).toBe("linearizable");
});

test("gives up when told to", () => {
  const history = Array.from({ length: 40 }, (_, index) => write(0, 100, String(index)));
  history.push(read(200, 201, "none"));
  expect(checkLinearizable(registerModel, history, 1000)).toBe("undecided");
  expect(checkLinearizableByKey(registerModel, history, ({ key }) => key, 1000)).toEqual({
    verdict: "undecided",
    key: "x",
  });
});

/** A register with true concurrency: each operation takes place at some moment between call and return. */
function honestHistory(seed: number, operations: number): RegisterOperation[] {
  const random = new SeededRandom(seed);
  const values = new Map<string, string>();
  const busyUntil = [0, 0, 0, 0, 0];
  const planned = Array.from({ length: operations }, (_, index) => {
    const client = random.below(busyUntil.length);
    const calledAt = busyUntil[client]! + 1 + random.below(10);
    const pointAt = calledAt + random.below(100) / 10;
    const returnedAt = pointAt + random.below(100) / 10;
    busyUntil[client] = returnedAt;
    return { index, client, calledAt, pointAt, returnedAt, isWrite: random.below(2) === 0, key: `k${random.below(3)}` };
  });
  planned.sort((one, other) => one.pointAt - other.pointAt);
  return planned.map(({ index, client, calledAt, returnedAt, isWrite, key }) => {
    const value = String(index);
    const call: RegisterCall = isWrite ? { kind: "write", key, value } : { kind: "read", key };
    const result = isWrite ? null : (values.get(key) ?? null);
    if (isWrite) values.set(key, value);
    return { client, call, calledAt, returnedAt, result };
  });
}

test("accepts what an honest register did, and finds one stale read in it", () => {
  let found = 0;
  for (let seed = 0; seed < 40; seed++) {
    const history = honestHistory(seed, 300);
    expect(checkLinearizableByKey(registerModel, history, ({ key }) => key).verdict).toBe("linearizable");
    const at = history.findLastIndex(({ call, result }) => call.kind === "read" && result !== null);
    history[at] = { ...history[at]!, result: null };
    if (checkLinearizableByKey(registerModel, history, ({ key }) => key).verdict === "violated") found++;
  }
  expect(found).toBe(40);
});
