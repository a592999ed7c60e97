import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { catalogue } from "./catalogue.ts";
import { plant } from "./plant.ts";

const CORE = join(dirname(fileURLToPath(import.meta.resolve("@branta/zookeeper-engine"))), "zab");

describe("the catalogue of planted bugs", () => {
  test("is large enough, and names each bug once", () => {
    expect(catalogue.length).toBeGreaterThanOrEqual(40);
    expect(new Set(catalogue.map(({ id }) => id)).size).toBe(catalogue.length);
  });

  test.each(catalogue.map((mutant) => [mutant.id, mutant] as const))("%s can be planted", (_, mutant) => {
    const source = readFileSync(join(CORE, mutant.file), "utf8");
    expect(plant(mutant, source)).not.toBe(source);
  });
});
