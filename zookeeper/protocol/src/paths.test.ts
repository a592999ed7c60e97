import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { childPath, isPlainAsciiPath, nodeName, parentPath, pathProblem, validatePath } from "./paths.ts";
import { ProtocolError } from "./protocol-error.ts";

const GOOD = [
  "/",
  "/a",
  "/a/b",
  "/.a",
  "/a.",
  "/...",
  "/a/..b",
  "/a/b..",
  "/ü/日本",
  "/a b",
  "/~",
  "/\ua000",
  "/\uf900",
];
const BAD = [
  "",
  "a",
  "a/b",
  "//",
  "/a/",
  "/a//b",
  "/.",
  "/..",
  "/a/.",
  "/a/..",
  "/./a",
  "/../a",
  "/a/./b",
  "/a/../b",
  "/\u0000",
  "/a\u0001",
  "/a\u001fb",
  "/\u007f",
  "/\u009f",
  "/\ud83d\ude00",
  "/\uf8ff",
  "/\ufff0",
  "/\uffff",
];

describe("paths", () => {
  it.each(GOOD)("accepts %j", (path) => {
    expect(pathProblem(path)).toBeNull();
    expect(() => validatePath(path)).not.toThrow();
  });

  it.each(BAD)("refuses %j", (path) => {
    expect(pathProblem(path)).not.toBeNull();
    expect(() => validatePath(path)).toThrow(ProtocolError);
  });

  it("says what is wrong and where", () => {
    expect(() => validatePath("/a//b")).toThrow('Invalid path string "/a//b": a node name is empty at 3');
  });

  it("lets a sequential path end where the number will be", () => {
    for (const path of ["/", "/a/", "/a/.", "/a/.."]) expect(pathProblem(path, true)).toBeNull();
    for (const path of ["", "a", "//", "/a//", "/../", "/\u0000"]) expect(pathProblem(path, true)).not.toBeNull();
  });

  it("never passes bytes as plain that the closer look refuses", () => {
    const unit = fc.constantFrom("/", ".", "a", "b", "\u0000", "\u001f", " ", "~", "\u007f", "ü");
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 12 }), (units) => {
        const path = units.join("");
        if (isPlainAsciiPath(Buffer.from(path))) expect(pathProblem(path)).toBeNull();
      }),
    );
  });

  it("passes the usual paths as plain, in the middle of a buffer as well", () => {
    for (const path of ["/", "/a", "/kafka/brokers/ids/0", "/a.b"]) {
      expect(isPlainAsciiPath(Buffer.from(path))).toBe(true);
      expect(isPlainAsciiPath(Buffer.from(`xx${path}/`), 2, 2 + path.length)).toBe(true);
    }
    expect(isPlainAsciiPath(Buffer.from("/a/"))).toBe(false);
    expect(isPlainAsciiPath(Buffer.alloc(0))).toBe(false);
  });

  it("takes paths apart and puts them together", () => {
    expect(["/a/b", "/a", "/"].map(parentPath)).toEqual(["/a", "/", "/"]);
    expect(["/a/b", "/a", "/"].map(nodeName)).toEqual(["b", "a", ""]);
    expect(childPath("/", "a")).toBe("/a");
    expect(childPath("/a", "b")).toBe("/a/b");
  });
});
