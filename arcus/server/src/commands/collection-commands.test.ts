import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { play } from "../testing/play.ts";
import { startTestNode } from "../testing/start-test-node.ts";

/** Plays that were written with arcus-memcached 1.15 on the other end. */
const PLAYS = [
  ["lists", {}],
  ["sets", {}],
  ["maps", {}],
  ["attributes", {}],
  ["pipes", {}],
  ["sticky", { stickyLimitBytes: 30 * 1024 * 1024 }],
  ["sticky-refused", {}],
] as const;

describe("a cache node answers as arcus-memcached does", () => {
  it.each(PLAYS)("with %s", async (name, options) => {
    const text = readFileSync(join(import.meta.dirname, "plays", `${name}.txt`), "latin1").trimEnd();
    await using node = await startTestNode({ port: 0, extensions: ["ascii_scrub"], ...options });
    expect(play(node, text)).toBe(text);
  });
});
