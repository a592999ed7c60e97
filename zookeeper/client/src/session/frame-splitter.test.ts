import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameSplitter } from "./frame-splitter.ts";

function framesOf(chunks: readonly Buffer[], maxFrameBytes = 1_000): string[] {
  const frames: string[] = [];
  const splitter = new FrameSplitter(maxFrameBytes, (bytes, start, end) => {
    frames.push(bytes.toString("latin1", start, end));
  });
  for (const chunk of chunks) splitter.push(chunk);
  return frames;
}

function encode(frames: readonly string[]): Buffer {
  return Buffer.concat(
    frames.map((frame) => {
      const bytes = Buffer.alloc(4 + frame.length, 0);
      bytes.writeInt32BE(frame.length);
      bytes.write(frame, 4, "latin1");
      return bytes;
    }),
  );
}

describe("FrameSplitter", () => {
  it("finds the same frames however the bytes are cut", () => {
    const frame = fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 10 }), fc.array(fc.nat(500)), (frames, cuts) => {
        const bytes = encode(frames);
        const at = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        expect(framesOf(chunks)).toEqual(frames);
      }),
    );
  });

  it("refuses lengths that cannot be, before it makes room for them", () => {
    for (const length of [0, -1, -2_147_483_648, 1_001, 2_147_483_647]) {
      const prefix = Buffer.alloc(4);
      prefix.writeInt32BE(length);
      expect(() => framesOf([prefix])).toThrow(`its length is ${length}`);
    }
  });
});
