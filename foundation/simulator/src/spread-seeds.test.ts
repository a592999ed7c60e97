import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SimulatorError } from "./simulator-error.ts";
import { runShare, shareOut, spreadSeeds } from "./spread-seeds.ts";

test("every seed falls to one worker", () => {
  const dealt = shareOut(5, 11, 3).flatMap(({ first, stride, seeds }) =>
    Array.from({ length: seeds }, (_, index) => first + index * stride),
  );
  expect(dealt.sort((one, other) => one - other)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
});

test("counts what runs count, and names the seeds that fail", () => {
  const report = runShare(
    { first: 1, stride: 2, seeds: 10 },
    (seed, counts) => {
      counts["events"] = (counts["events"] ?? 0) + seed;
      if (seed % 3 === 0) throw new Error(`seed ${seed} is bad`);
    },
    2,
  );
  expect(report.failures.map(({ seed }) => seed)).toEqual([3, 9]);
  expect(report.seeds).toBe(5);
  expect(report.counts).toEqual({ events: 1 + 3 + 5 + 7 + 9 });
});

test("spreads seeds over processes and adds up what they report", async () => {
  const folder = mkdtempSync(join(tmpdir(), "branta-seeds-"));
  try {
    const script = join(folder, "script.mjs");
    writeFileSync(
      script,
      `const { first, seeds } = JSON.parse(process.argv[2]);
       process.send({ seeds, counts: { events: first }, failures: [{ seed: first, message: "bad" }] });`,
    );
    expect(await spreadSeeds(script, shareOut(7, 5, 2))).toEqual({
      seeds: 5,
      counts: { events: 15 },
      failures: [
        { seed: 7, message: "bad" },
        { seed: 8, message: "bad" },
      ],
    });
    const silent = join(folder, "silent.mjs");
    writeFileSync(silent, "process.exitCode = 3;");
    await expect(spreadSeeds(silent, shareOut(1, 1, 1))).rejects.toThrow(SimulatorError);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
