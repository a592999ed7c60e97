import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BytesError } from "./bytes-error.ts";
import { type Codec, decodeFromBuffer, encodeToBuffer } from "./codec.ts";
import { Reader } from "./reader.ts";
import { Writer } from "./writer.ts";

const hex = (text: string) => Buffer.from(text, "hex");

function written(write: (writer: Writer) => void): string {
  const writer = new Writer();
  write(writer);
  return writer.take().toString("hex");
}

describe("primitives", () => {
  it("stand in network order", () => {
    expect(written((writer) => writer.int(-2))).toBe("fffffffe");
    expect(written((writer) => writer.long(0x0102030405060708n))).toBe("0102030405060708");
    expect(written((writer) => writer.long(-1n))).toBe("ffffffffffffffff");
    expect(written((writer) => writer.longNumber(0x100000002))).toBe("0000000100000002");
    expect(written((writer) => writer.longNumber(-1))).toBe("ffffffffffffffff");
    expect(written((writer) => writer.bool(true))).toBe("01");
    expect(written((writer) => writer.string("ä"))).toBe("00000002c3a4");
    expect(written((writer) => writer.buffer(Buffer.from("ab")))).toBe("000000026162");
    expect(written((writer) => writer.vector([1, 2], (to, item) => to.byte(item)))).toBe("000000020102");
    expect(written((writer) => writer.raw(hex("beef")))).toBe("beef");
    expect(written((writer) => writer.copy(hex("00beef00"), 1, 3))).toBe("beef");
  });

  it("have null where the specification has it", () => {
    expect(written((writer) => writer.string(null))).toBe("ffffffff");
    expect(written((writer) => writer.buffer(null))).toBe("ffffffff");
    expect(written((writer) => writer.vector(null, () => {}))).toBe("ffffffff");
    const reader = new Reader(hex("ffffffffffffffffffffffff"));
    expect([reader.string(), reader.buffer(), reader.vector(() => 0)]).toEqual([null, null, null]);
  });

  it("read back what was written, however the writer had to grow", () => {
    const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const values = fc.array(
      fc.tuple(fc.integer(), long, fc.maxSafeInteger(), fc.string({ unit: "grapheme" }), fc.boolean()),
    );
    fc.assert(
      fc.property(values, (rows) => {
        const writer = new Writer(1);
        for (const [int, long, number, text, bool] of rows) {
          writer.int(int);
          writer.long(long);
          writer.longNumber(number);
          writer.string(text);
          writer.bool(bool);
        }
        const reader = new Reader(writer.take());
        for (const row of rows) {
          expect([reader.int(), reader.long(), reader.longNumber(), reader.string(), reader.bool()]).toEqual(row);
        }
        expect(reader.remaining).toBe(0);
      }),
    );
  });

  it("wrap as two's complement does", () => {
    expect(written((writer) => writer.long(1n << 63n))).toBe("8000000000000000");
    expect(written((writer) => writer.int(0xffff_ffff))).toBe("ffffffff");
    expect(new Reader(hex("8000000000000000")).long()).toBe(-(1n << 63n));
  });
});

describe("reader", () => {
  it("stays in its region", () => {
    const reader = new Reader(hex("0001020304050607"), 2, 4);
    expect([reader.byte(), reader.byte()]).toEqual([2, 3]);
    expect(() => reader.byte()).toThrow(new BytesError("truncated", "Cannot read 1 bytes at 4: input ends at 4", 4));
    expect(reader.reset(hex("0908")).byte()).toBe(9);
  });

  it("refuses lengths and counts that cannot be", () => {
    expect(() => new Reader(hex("fffffffe")).string()).toThrow("length is -2");
    expect(() => new Reader(hex("fffffffe")).buffer()).toThrow("length is -2");
    expect(() => new Reader(hex("7fffffff")).string()).toThrow(BytesError);
    expect(() => new Reader(hex("7fffffff00")).vector((from) => from.byte())).toThrow("count is 2147483647");
    expect(new Reader(hex("fffffffe")).vector((from) => from.byte())).toEqual([]);
    expect(() => new Reader(hex("00")).skip(-1)).toThrow(BytesError);
  });

  it("answers views, not copies", () => {
    const bytes = hex("00000002abcd");
    const view = new Reader(bytes).buffer();
    bytes[4] = 0;
    expect(view?.toString("hex")).toBe("00cd");
  });
});

describe("writer", () => {
  it("hands over what it wrote and goes on with a fresh buffer", () => {
    const writer = new Writer(64);
    writer.int(1);
    const first = writer.detach();
    writer.int(2);
    expect([first.toString("hex"), writer.view().toString("hex")]).toEqual(["00000001", "00000002"]);
  });

  it("forgets and overwrites", () => {
    const writer = new Writer();
    const lengthAt = writer.reserve(4);
    writer.int(7);
    writer.byte(1);
    writer.truncate(8);
    writer.patchInt(lengthAt, writer.length - 4);
    expect(writer.view().toString("hex")).toBe("0000000400000007");
    writer.truncate(100);
    expect(writer.length).toBe(8);
    writer.clear();
    expect(writer.length).toBe(0);
  });
});

it("codecs go through buffers of their own", () => {
  const pair: Codec<[number, number]> = {
    name: "Pair",
    encode(writer, [first, second]) {
      writer.byte(first);
      writer.byte(second);
    },
    decode: (reader) => [reader.byte(), reader.byte()],
  };
  expect(decodeFromBuffer(pair, encodeToBuffer(pair, [1, 2]))).toEqual([1, 2]);
});
