import { describe, expect, it } from "vitest";
import { JAVA_VALUES, type JavaValue } from "./java-values.ts";
import { BYTES, json, TEXT } from "./transcoder.ts";

function thereAndBack(value: JavaValue, place: "item" | "element" = "item"): JavaValue {
  const { flags, data } = JAVA_VALUES.encode(value, place);
  return JAVA_VALUES.decode(flags, Buffer.from(data), place);
}

describe("JAVA_VALUES", () => {
  it("are spelt as the Java client's", () => {
    const spelt = (value: JavaValue) => {
      const { flags, data } = JAVA_VALUES.encode(value, "item");
      return [flags, Buffer.from(data).toString("hex")];
    };
    expect(spelt("a한")).toEqual([0, "61ed959c"]);
    expect(spelt(true)).toEqual([256, "31"]);
    expect(spelt(false)).toEqual([256, "30"]);
    expect(spelt(0)).toEqual([768, ""]);
    expect(spelt(258)).toEqual([768, "0102"]);
    expect(spelt(-1)).toEqual([768, "ffffffffffffffff"]);
    expect(spelt(new Date(256))).toEqual([1024, "0100"]);
    expect(spelt(1.5)).toEqual([1792, "3ff8000000000000"]);
    expect(spelt(Buffer.from([1]))).toEqual([2048, "01"]);
  });

  it.each<JavaValue>([
    "",
    "text",
    0,
    -5,
    2 ** 53 - 1,
    2n ** 62n,
    -(2n ** 63n),
    1.25,
    -0,
    Infinity,
    true,
    false,
    new Date(0),
  ])("come back: %s", (value) => expect(thereAndBack(value)).toEqual(value));

  it("are read where only Java writes them so", () => {
    const read = (flags: number, hex: string) => JAVA_VALUES.decode(flags, Buffer.from(hex, "hex"), "item");
    expect(read(512, "05")).toBe(5);
    expect(read(512, "fffffffb")).toBe(-5);
    expect(read(1280, "f9")).toBe(-7);
    expect(read(1536, "3fc00000")).toBe(1.5);
    expect(() => read(9 << 8, "00")).toThrow('type "9"');
    expect(() => read(768, "000102030405060708")).toThrow("at most 8");
    expect(() => read(1, "aced")).toThrow("serialised Java object");
  });

  it("are compressed where they are long, but not as elements", () => {
    const long = "abc".repeat(10_000);
    const { flags, data } = JAVA_VALUES.encode(long, "item");
    expect(flags).toBe(2);
    expect(data.length).toBeLessThan(1_000);
    expect(thereAndBack(long)).toBe(long);
    expect(JAVA_VALUES.encode(long, "element").flags).toBe(0);
  });
});

describe("the other transcoders", () => {
  it("keep bytes, text and objects", () => {
    expect(BYTES.decode(0, Buffer.from("a"), "item")).toEqual(Buffer.from("a"));
    expect(TEXT.encode("한", "item").data).toEqual(Buffer.from("한"));
    const points = json<{ x: number }>();
    expect(points.decode(0, Buffer.from(points.encode({ x: 1 }, "item").data), "item")).toEqual({ x: 1 });
  });
});
