import { describe, expect, test } from "vitest";
import { importSpecifiers, packageOf } from "./import-specifiers.ts";
import { forbidden } from "./layer-rules.ts";

describe("forbidden", () => {
  test.each([
    ["zookeeper/cli", "zookeeper/server"],
    ["zookeeper/cli", "zookeeper/client"],
    ["zookeeper/server", "zookeeper/engine"],
    ["zookeeper/engine", "zookeeper/protocol"],
    ["zookeeper/protocol", "foundation/bytes"],
    ["foundation/log", "foundation/runtime"],
    ["arcus/server", "zookeeper/client"],
    ["tests/chaos", "zookeeper/engine"],
    ["bench", "zookeeper/client"],
  ])("%s may import %s", (from, to) => {
    expect(forbidden(from, to)).toBeNull();
  });

  test.each([
    ["zookeeper/client", "zookeeper/server"],
    ["zookeeper/client", "zookeeper/engine"],
    ["zookeeper/engine", "zookeeper/server"],
    ["zookeeper/protocol", "zookeeper/engine"],
    ["foundation/bytes", "zookeeper/protocol"],
    ["arcus/server", "zookeeper/engine"],
    ["arcus/engine", "zookeeper/client"],
    ["zookeeper/server", "tests/kit"],
    ["zookeeper/attic", "zookeeper/protocol"],
  ])("%s may not import %s", (from, to) => {
    expect(forbidden(from, to)).not.toBeNull();
  });
});

describe("importSpecifiers", () => {
  test("finds static, multi-line, type-only, re-exported, bare and dynamic imports with their lines", () => {
    const text = [
      'import { a } from "./a.ts";',
      "import {",
      "  b,",
      '} from "@branta/b/sub";',
      'import type { C } from "c";',
      'export { d } from "d";',
      'import "e";',
      'const f = await import("f");',
      'const text = "import x from y";',
    ].join("\n");
    expect(importSpecifiers(text).map((found) => [found.specifier, found.line, found.typeOnly])).toEqual([
      ["./a.ts", 1, false],
      ["@branta/b/sub", 2, false],
      ["c", 5, true],
      ["d", 6, false],
      ["e", 7, false],
      ["f", 8, false],
    ]);
  });

  test("packageOf drops the path inside a package and knows what is no package", () => {
    expect(packageOf("@branta/b/sub")).toBe("@branta/b");
    expect(packageOf("commander/extra")).toBe("commander");
    expect(packageOf("./a.ts")).toBeNull();
    expect(packageOf("node:fs")).toBeNull();
  });
});
