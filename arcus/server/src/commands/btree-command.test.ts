import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { play } from "../testing/play.ts";
import { startTestNode } from "../testing/start-test-node.ts";

/** Written with arcus-memcached 1.15 on the other end. */
const PLAY = readFileSync(join(import.meta.dirname, "plays", "btree.txt"), "latin1").trimEnd();

it("answers every bop command as arcus-memcached does", async () => {
  await using node = await startTestNode({ port: 0 });
  expect(play(node, PLAY)).toBe(PLAY);
});
