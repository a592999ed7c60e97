import { expect, it } from "vitest";
import { parseStoredNumber } from "./stored-number.ts";

it("reads numbers as C does", () => {
  const expected: readonly (readonly [value: string, number: bigint | null])[] = [
    ["42", 42n],
    ["007", 7n],
    [" \t12 ", 12n],
    ["80\n1d9e", 80n],
    ["+3", 3n],
    ["", 0n],
    [" x", 0n],
    ["18446744073709551615", 18446744073709551615n],
    ["18446744073709551616", null],
    ["-18446744073709551615", 1n],
    ["-5", null],
    ["-0", 0n],
    ["1x", null],
    ["x", null],
    ["0x10", null],
  ];
  for (const [value, number] of expected) expect(parseStoredNumber(`${value}\r\n`), value).toBe(number);
});
