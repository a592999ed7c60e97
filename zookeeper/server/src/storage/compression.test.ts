import { expect, test } from "vitest";
import { snapshotCompression } from "./compression.ts";

test("the configured method counts in any case, and what is not known means none", () => {
  expect(["gz", "GZ", "snappy", "", "zstd", "checked"].map((method) => snapshotCompression(method))).toEqual([
    "gz",
    "gz",
    "snappy",
    "",
    "",
    "",
  ]);
});
