import { describe, expect, test } from "vitest";
import { fromSnappyFrames, snappyFrames } from "./snappy-frames.ts";

async function* inPieces(bytes: Buffer, sizeBytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += sizeBytes) yield bytes.subarray(at, at + sizeBytes);
}

async function joined(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

const TEXT = Buffer.from(Array.from({ length: 9000 }, (_, index) => `line ${index % 37}\n`).join(""));

describe("snappyFrames", () => {
  test("begins as snappy-java's streams do and holds blocks of 32 KiB", async () => {
    const stream = await joined(snappyFrames([TEXT]));
    expect(stream.subarray(0, 16).toString("hex")).toBe("82534e41505059000000000100000001");
    expect(TEXT.length).toBeGreaterThan(65_536);
    expect(await joined(fromSnappyFrames(inPieces(stream, 1 << 20)))).toEqual(TEXT);
  });

  test.each([1, 3, 7, 16, 1000])("can be read in pieces of %d bytes", async (sizeBytes) => {
    const stream = await joined(snappyFrames([TEXT.subarray(0, 5000), Buffer.alloc(0), TEXT.subarray(5000, 40_000)]));
    expect(await joined(fromSnappyFrames(inPieces(stream, sizeBytes)))).toEqual(TEXT.subarray(0, 40_000));
  });

  test("streams may be joined, and be empty", async () => {
    const one = await joined(snappyFrames([Buffer.from("one")]));
    const none = await joined(snappyFrames([]));
    expect((await joined(fromSnappyFrames(inPieces(Buffer.concat([one, none, one]), 5)))).toString()).toBe("oneone");
    expect(await joined(fromSnappyFrames(inPieces(none, 99)))).toHaveLength(0);
  });

  test.each([
    ["nothing at all", () => Buffer.alloc(0)],
    ["another beginning", (stream: Buffer) => stream.subarray(1)],
    ["half a header", (stream: Buffer) => stream.subarray(0, 10)],
    ["a stub", (stream: Buffer) => stream.subarray(0, 5)],
    ["half a block", (stream: Buffer) => stream.subarray(0, -1)],
    ["a stub of a length", (stream: Buffer) => stream.subarray(0, 18)],
    ["a negative length", (stream: Buffer) => Buffer.concat([stream, Buffer.alloc(8, 0xff)])],
    ["an absurd length", (stream: Buffer) => Buffer.concat([stream, Buffer.alloc(8, 0x7f)])],
    [
      "a damaged block",
      (stream: Buffer) => Buffer.concat([stream.subarray(0, 20), Buffer.alloc(stream.length - 20, 0xff)]),
    ],
  ])("refuses %s", async (_, damage) => {
    const stream = damage(await joined(snappyFrames([TEXT.subarray(0, 300)])));
    await expect(joined(fromSnappyFrames(inPieces(stream, 6)))).rejects.toMatchObject({ name: "SnappyFrameError" });
  });
});
