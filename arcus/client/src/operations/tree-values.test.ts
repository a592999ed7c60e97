import { formatBkey } from "@branta/arcus-protocol";
import { describe, expect, it } from "vitest";
import { updateOf } from "./tree-options.ts";
import { bkeyFromText, compareBkeyTexts, toBkey, toEflag, toSelection } from "./tree-values.ts";

describe("bkeys", () => {
  it("are whole numbers of 64 bits, or bytes", () => {
    const text = (bkey: Parameters<typeof toBkey>[0]) => formatBkey(toBkey(bkey));
    expect([text(0), text(7n), text(2n ** 64n - 1n), text(Buffer.from([0, 255]))]).toEqual([
      "0",
      "7",
      "18446744073709551615",
      "0x00FF",
    ]);
    for (const bad of [-1, 1.5, Number.NaN, 2 ** 53, -1n, 2n ** 64n, Buffer.alloc(0), Buffer.alloc(32)]) {
      expect(() => toBkey(bad)).toThrow("Cannot use the bkey");
    }
  });

  it("are read and compared", () => {
    expect(bkeyFromText("18446744073709551615")).toBe(2n ** 64n - 1n);
    expect(bkeyFromText("0x0A07")).toEqual(Buffer.from([10, 7]));
    expect(compareBkeyTexts(2n, 10n)).toBe(-1);
    expect(compareBkeyTexts(Buffer.from([2]), Buffer.from([2, 0]))).toBe(-1);
    expect(compareBkeyTexts(1n, Buffer.from([1]))).toBe(-1);
  });
});

describe("selections", () => {
  it("take one bkey or two of one kind, and flags of bytes", () => {
    expect(toSelection(5)).toMatchObject({ range: { to: null }, filter: null, offset: 0, count: 0 });
    const filter = { comparison: "NE", values: [Buffer.from("a"), Buffer.from("b")] } as const;
    expect(toSelection([9, 1], { filter, count: 2 })).toMatchObject({
      filter: { offset: 0, bitwise: null, comparison: "NE", values: ["a", "b"] },
      count: 2,
    });
    expect(() => toSelection([1, Buffer.from("a")])).toThrow("two of one kind");
    expect(() => toSelection(1, { count: -1 })).toThrow('Cannot use the count "-1"');
    expect(() => toEflag(Buffer.alloc(32))).toThrow("Cannot use an element flag of 32 bytes");
  });

  it("know how flags change", () => {
    expect(updateOf(undefined)).toBeNull();
    expect(updateOf(null)).toEqual({ bitwise: null, value: "" });
    expect(updateOf({ operator: "|", offset: 1, operand: Buffer.from([240]) })).toEqual({
      bitwise: { operator: "|", offset: 1 },
      value: "\xf0",
    });
  });
});
