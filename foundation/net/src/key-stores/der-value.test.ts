import { describe, expect, it } from "vitest";
import { DerTag, DerValue } from "./der-value.ts";
import { KeyStoreError } from "./key-store-error.ts";

const read = (hex: string) => DerValue.read(Buffer.from(hex.replaceAll(" ", ""), "hex"));

describe("DerValue", () => {
  it("reads lengths of every form", () => {
    expect(read("04 02 0102 ff").bytes.toString("hex")).toBe("04020102");
    expect(read(`04 81 80 ${"00".repeat(128)}`).content).toHaveLength(128);
    expect(read("04 84 00000001 07").content.toString("hex")).toBe("07");
    const indefinite = read("30 80 0401aa 3080 0401bb 0000 0000 ff");
    expect(indefinite.bytes).toHaveLength(14);
    expect(indefinite.children().map(({ tag }) => tag)).toEqual([DerTag.OctetString, DerTag.Sequence]);
  });

  it("joins octet strings in pieces", () => {
    expect(read("24 80 0401aa 2403 0401bb 0000").octets().toString("hex")).toBe("aabb");
    expect(read("0401cc").octets().toString("hex")).toBe("cc");
  });

  it("reads numbers and object identifiers", () => {
    expect(read("02 03 010000").integer("n")).toBe(65536);
    expect(read("06 06 2a864886f70d").objectId("id")).toBe("1.2.840.113549");
    expect(read("06 03 550403").objectId("id")).toBe("2.5.4.3");
    expect(read("06 03 883703").objectId("id")).toBe("2.999.3");
  });

  it.each([
    "",
    "04",
    "0402 01",
    "0485 0000000001 07",
    "0482 01",
    "1f01 00",
    "3080 0401aa",
    "30".repeat(3),
    "3080".repeat(60),
  ])("refuses %s", (hex) => {
    expect(() => read(hex)).toThrow(KeyStoreError);
  });

  it.each<[string, (value: DerValue) => unknown]>([
    ["0401aa", (value) => value.children()],
    ["0401aa", (value) => value.expect(DerTag.Sequence, "it")],
    ["3000", (value) => value.child(0, "it")],
    ["0200", (value) => value.integer("it")],
    ["0201ff", (value) => value.integer("it")],
    ["020700000000000001", (value) => value.integer("it")],
    ["0600", (value) => value.objectId("it")],
    ["060188", (value) => value.objectId("it")],
    [`060c${"ff".repeat(11)}01`, (value) => value.objectId("it")],
    [nested(40), (value) => value.octets()],
  ])("refuses to read %s as something else", (hex, use) => {
    expect(() => use(read(hex))).toThrow(KeyStoreError);
  });
});

function nested(depth: number): string {
  let hex = "0400";
  for (let level = 0; level < depth; level++) hex = `24${(hex.length / 2).toString(16).padStart(2, "0")}${hex}`;
  return hex;
}
