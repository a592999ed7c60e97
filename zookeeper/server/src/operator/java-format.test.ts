import { expect, test } from "vitest";
import { formatDate, formatDouble, formatSocketAddress, hexOfLong } from "./java-format.ts";

test.each([
  [0, "0.0"],
  [12, "12.0"],
  [12.5, "12.5"],
  [0.001, "0.001"],
  [0.0005, "5.0E-4"],
  [1e7, "1.0E7"],
  [12_345_678.9, "1.23456789E7"],
  [-3, "-3.0"],
  [Number.NaN, "NaN"],
  [Infinity, "Infinity"],
])("the double %d is printed as %s", (value, text) => {
  expect(formatDouble(value)).toBe(text);
});

test("a negative long is printed in two's complement", () => {
  expect(hexOfLong(-1)).toBe("ffffffffffffffff");
  expect(hexOfLong(0x1000016ef220000n)).toBe("1000016ef220000");
});

test("addresses are printed as Java does", () => {
  expect(formatSocketAddress("127.0.0.1", 2181)).toBe("/127.0.0.1:2181");
  expect(formatSocketAddress("::1", 2181)).toBe("/[0:0:0:0:0:0:0:1]:2181");
  expect(formatSocketAddress("::ffff:10.0.0.1", 2181)).toBe("/10.0.0.1:2181");
});

test("a date has day, month, time, zone and year", () => {
  expect(formatDate(Date.UTC(2026, 10, 1, 9, 5, 7))).toMatch(/^\w{3} \w{3} \d\d \d\d:\d\d:\d\d \S+ 2026$/);
});
