import { crc32 as zlibCrc32 } from "node:zlib";
import fc from "fast-check";
import { expect, it } from "vitest";
import { adler32, crc32 } from "./checksums.ts";

it("knows the published examples", () => {
  expect(adler32(Buffer.from("Wikipedia"))).toBe(0x11e60398);
  expect(adler32(Buffer.alloc(0))).toBe(1);
  expect(crc32(Buffer.from("123456789"))).toBe(0xcbf43926);
});

it("can be taken in parts and over a region", () => {
  const bytes = Buffer.alloc(20_000, 0xff);
  fc.assert(
    fc.property(fc.nat(20_000), (cut) => {
      expect(adler32(bytes, adler32(bytes, 1, 0, cut), cut)).toBe(adler32(bytes));
      expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut)))).toBe(zlibCrc32(bytes));
    }),
  );
});

it("stays exact where the sums are largest", () => {
  let low = 1;
  let high = 0;
  for (let i = 0; i < 100_000; i++) {
    low = (low + 255) % 65_521;
    high = (high + low) % 65_521;
  }
  expect(adler32(Buffer.alloc(100_000, 255))).toBe(high * 65_536 + low);
});
