import { expect, it } from "vitest";
import {
  type EflagFilter,
  formatEflag,
  isBitwiseOperator,
  isComparisonOperator,
  matchesFilter,
  parseEflag,
  updateEflag,
} from "./eflag.ts";

const FLAG = "\x01\x02\xf0";

function filter(some: Partial<EflagFilter>): EflagFilter {
  return { offset: 0, bitwise: null, comparison: "EQ", values: ["\x01"], ...some };
}

it("reads and writes flags", () => {
  const read = (text: string): string | null => parseEflag(Buffer.from(text), 0, text.length);
  expect(read("0x0102f0")).toBe(FLAG);
  expect(formatEflag(FLAG)).toBe("0x0102F0");
  for (const text of ["", "0", "0x", "0x0", "0102", `0x${"00".repeat(32)}`]) expect(read(text), text).toBeNull();
});

it("compares a stretch of a flag byte by byte", () => {
  const passes = (some: Partial<EflagFilter>): boolean => matchesFilter(FLAG, filter(some));
  expect(passes({})).toBe(true);
  expect(passes({ offset: 1 })).toBe(false);
  expect(passes({ offset: 1, values: ["\x02\xf0"] })).toBe(true);
  expect(passes({ offset: 2, comparison: "GT", values: ["\x7f"] })).toBe(true);
  expect(passes({ offset: 2, comparison: "LE", values: ["\x7f"] })).toBe(false);
  expect(passes({ comparison: "LT", values: ["\x01\x03"] })).toBe(true);
  expect(passes({ comparison: "GE", values: ["\x01\x02"] })).toBe(true);
});

it("works on the stretch before it compares", () => {
  const bitwise = { operator: "&", operand: "\x30" } as const;
  expect(matchesFilter(FLAG, filter({ offset: 2, bitwise, values: ["\x30"] }))).toBe(true);
  const xor = { operator: "^", operand: "\x01" } as const;
  expect(matchesFilter(FLAG, filter({ bitwise: xor, values: ["\x00"] }))).toBe(true);
  const or = { operator: "|", operand: "\x0f" } as const;
  expect(matchesFilter(FLAG, filter({ offset: 2, bitwise: or, values: ["\xff"] }))).toBe(true);
});

it("takes lists for EQ and NE", () => {
  expect(matchesFilter(FLAG, filter({ values: ["\x05", "\x01"] }))).toBe(true);
  expect(matchesFilter(FLAG, filter({ comparison: "NE", values: ["\x05", "\x01"] }))).toBe(false);
  expect(matchesFilter(FLAG, filter({ comparison: "NE", values: ["\x05", "\x06"] }))).toBe(true);
});

it("lets a flag without the bytes pass for NE only", () => {
  for (const comparison of ["EQ", "LT", "LE", "GT", "GE"] as const) {
    expect(matchesFilter("", filter({ comparison }))).toBe(false);
    expect(matchesFilter(FLAG, filter({ comparison, offset: 3 }))).toBe(false);
  }
  expect(matchesFilter("", filter({ comparison: "NE" }))).toBe(true);
  expect(matchesFilter(FLAG, filter({ comparison: "NE", offset: 2, values: ["\x00\x00"] }))).toBe(true);
});

it("updates a whole flag or a stretch of it", () => {
  expect(updateEflag(FLAG, { bitwise: null, value: "\x09" })).toBe("\x09");
  expect(updateEflag(FLAG, { bitwise: null, value: "" })).toBe("");
  expect(updateEflag(FLAG, { bitwise: { operator: "|", offset: 1 }, value: "\x01" })).toBe("\x01\x03\xf0");
  expect(updateEflag(FLAG, { bitwise: { operator: "&", offset: 2 }, value: "\x0f" })).toBe("\x01\x02\x00");
  expect(updateEflag(FLAG, { bitwise: { operator: "^", offset: 2 }, value: "\x01\x01" })).toBeNull();
  expect(updateEflag("", { bitwise: { operator: "&", offset: 0 }, value: "\x01" })).toBeNull();
  expect(updateEflag("", { bitwise: { operator: "&", offset: 0 }, value: "" })).toBe("");
});

it("knows its operators, and nothing that every object has", () => {
  for (const word of ["&", "|", "^"]) expect(isBitwiseOperator(word), word).toBe(true);
  for (const word of ["EQ", "NE", "LT", "LE", "GT", "GE"]) expect(isComparisonOperator(word), word).toBe(true);
  for (const word of ["", "eq", "~", "toString", "__proto__"]) {
    expect([isBitwiseOperator(word), isComparisonOperator(word)], word).toEqual([false, false]);
  }
});
