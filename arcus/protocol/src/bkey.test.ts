import fc from "fast-check";
import { expect, it } from "vitest";
import { bytesBkey, compareBkeys, formatBkey, numberBkey, parseBkey, parseBkeyRange } from "./bkey.ts";

const UINT64_MAX = 2n ** 64n - 1n;

function read(text: string): ReturnType<typeof parseBkey> {
  return parseBkey(Buffer.from(`.${text}.`, "latin1"), 1, text.length + 1);
}

function readRange(text: string): ReturnType<typeof parseBkeyRange> {
  return parseBkeyRange(Buffer.from(text, "latin1"), 0, text.length);
}

it("reads and writes every number of 64 bits, and keeps their order", () => {
  const number = fc.oneof(fc.bigInt(0n, UINT64_MAX), fc.bigInt(0n, 100n), fc.bigInt(UINT64_MAX - 100n, UINT64_MAX));
  fc.assert(
    fc.property(number, number, (a, b) => {
      expect(read(a.toString())).toEqual(numberBkey(a));
      expect(formatBkey(numberBkey(a))).toBe(a.toString());
      expect(Math.sign(compareBkeys(numberBkey(a), numberBkey(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
    }),
    { numRuns: 2000 },
  );
});

it("is right where doubles are not", () => {
  for (const text of ["9007199254740991", "9007199254740993", "18446744073709551614", "18446744073709551615"]) {
    expect(formatBkey(read(text)!)).toBe(text);
  }
  expect(compareBkeys(read("18446744073709551615")!, read("18446744073709551614")!)).toBeGreaterThan(0);
});

it("reads what strtoull() reads", () => {
  expect(formatBkey(read("+7")!)).toBe("7");
  expect(formatBkey(read("-0")!)).toBe("0");
  expect(formatBkey(read("00000000000000000000000000012")!)).toBe("12");
  for (const text of ["", "-", "+", "-1", "1a", "a", "1.5", "18446744073709551616", "99999999999999999999", "1e3"]) {
    expect(read(text), text).toBeNull();
  }
});

it("reads, writes and orders bytes", () => {
  expect(read("0x0aFF")).toEqual(bytesBkey("\x0a\xff"));
  expect(formatBkey(bytesBkey("\x0a\xff"))).toBe("0x0AFF");
  expect(compareBkeys(read("0xAA")!, read("0xAA00")!)).toBeLessThan(0);
  expect(compareBkeys(read("0xFF")!, read("0x7F")!)).toBeGreaterThan(0);
  expect(compareBkeys(read("0xFF")!, read("0xff")!)).toBe(0);
  for (const text of ["0x", "0x1", "0xGG", "0X01", `0x${"00".repeat(32)}`]) expect(read(text), text).toBeNull();
  expect(read(`0x${"00".repeat(31)}`)?.bytes).toHaveLength(31);
});

it("reads ranges of one kind", () => {
  expect(readRange("1..5")).toEqual({ from: numberBkey(1), to: numberBkey(5) });
  expect(readRange("0x05..0x01")).toEqual({ from: bytesBkey("\x05"), to: bytesBkey("\x01") });
  expect(readRange("12")).toEqual({ from: numberBkey(12), to: null });
  for (const text of ["..", "1..", "..1", "1...2", "1..0x02", "0x01..2", "1..2..3"]) {
    expect(readRange(text), text).toBeNull();
  }
});
