import { describe, expect, it } from "vitest";
import { runCampaign } from "./campaign.ts";
import { Dice } from "./dice.ts";
import { type Target, targets } from "./targets.ts";

describe("a campaign", () => {
  it("finds nothing in any target", () => {
    const tallies = runCampaign(targets, 40_000, 7);
    for (const tally of tallies) {
      expect(tally.findings, tally.name).toEqual([]);
      expect(tally.inputs, tally.name).toBe(tally.values + tally.refused);
      expect(tally.values, tally.name).toBeGreaterThan(0);
    }
  });

  it("is repeated by its seed", () => {
    const counts = (seed: number) => runCampaign(targets, 16_000, seed).map(({ values, refused }) => [values, refused]);
    expect(counts(3)).toEqual(counts(3));
    expect(counts(3)).not.toEqual(counts(4));
  });

  it("reports an input on which a target fails", () => {
    const fragile: Target = {
      name: "fragile",
      weight: 1,
      samples: [Buffer.alloc(8)],
      read(input) {
        if (input.length > 8) throw new TypeError("too long");
      },
    };
    const [tally] = runCampaign([fragile], 1_000, 1);
    expect(tally.findings.length).toBeGreaterThan(0);
    expect(tally.findings[0]).toMatchObject({ target: "fragile", error: { message: "too long" } });
  });
});

it.each(targets)("samples are accepted: $name", ({ samples, read }) => {
  for (const sample of samples) expect(() => read(Buffer.from(sample), new Dice(1))).not.toThrow();
});
