import { describe, expect, test } from "vitest";
import { checkFrame, FrameFault, frameZxid } from "./log-frame.ts";
import { entryOf, frameOf } from "./storage-test-kit.ts";

const FRAME = frameOf(entryOf(0x1_0000_0002));

describe("checkFrame", () => {
  test("answers the length of a good frame, which tells its zxid", () => {
    const shifted = Buffer.concat([Buffer.from("xyz"), FRAME, Buffer.from("xyz")]);
    expect(checkFrame(shifted, 3, shifted.length, shifted.length - 3)).toBe(FRAME.length);
    expect(frameZxid(shifted, 3)).toBe(0x1_0000_0002);
  });

  test("asks for more while there is more", () => {
    for (let atHand = 0; atHand < FRAME.length; atHand++) {
      expect(checkFrame(FRAME, 0, atHand, FRAME.length)).toBe(FrameFault.needMore);
    }
    expect(checkFrame(Buffer.alloc(3), 0, 3, 5)).toBe(FrameFault.needMore);
  });

  test("whatever a file is cut down to is incomplete, or its end", () => {
    for (let left = 0; left < FRAME.length; left++) {
      const status = checkFrame(FRAME, 0, left, left);
      // The checksum begins with four zeros, which nobody can tell from the prepared end.
      expect(status).toBe(left <= 4 ? FrameFault.end : FrameFault.incomplete);
    }
  });

  test("any flipped bit is noticed", () => {
    for (let bit = 0; bit < FRAME.length * 8; bit++) {
      const bad = Buffer.from(FRAME);
      bad[bit >> 3]! ^= 1 << (bit & 7);
      expect(checkFrame(bad, 0, bad.length, bad.length)).toBeLessThan(0);
    }
  });
});
