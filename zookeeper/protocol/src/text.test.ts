import { Writer } from "@branta/foundation-bytes";
import { expect, test } from "vitest";
import { trimAsJava, writeEchoedText } from "./text.ts";

function written(text: string | null): string {
  const writer = new Writer();
  writeEchoedText(writer, text);
  return writer.take().toString("hex");
}

test("text goes back to clients as Java writes it: surrogates by halves, everything else as UTF-8", () => {
  expect(written("/a")).toBe("000000022f61");
  expect(written(null)).toBe("ffffffff");
  expect(written("/\u{1f600}")).toBe("000000072feda0bdedb880");
  expect(written("ü漢\u{1f600}")).toBe(`0000000b${Buffer.from("ü漢").toString("hex")}eda0bdedb880`);
});

test("blanks are Java's: control characters are, no-break spaces are not", () => {
  expect(trimAsJava("\u001c\0 /a b\t\n")).toBe("/a b");
  expect(trimAsJava("\u00a0/a\u2003")).toBe("\u00a0/a\u2003");
  expect(trimAsJava(" \u001f ")).toBe("");
});
