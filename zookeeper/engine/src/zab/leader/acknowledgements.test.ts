import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { ConfigurationsInForce } from "../quorum/configurations-in-force.ts";
import { ensembleConfiguration } from "../quorum/ensemble-configuration.ts";
import { HierarchicalQuorum } from "../quorum/hierarchical.ts";
import { MajorityQuorum } from "../quorum/majority.ts";
import { quorumPosition } from "./acknowledgements.ts";

describe("What a quorum has on disk", () => {
  test("of three is what two have", () => {
    const quorum = new MajorityQuorum([1, 2, 3]);
    expect(quorumPosition(quorum, [])).toBe(0);
    expect(quorumPosition(quorum, [[1, 12]])).toBe(0);
    expect(
      quorumPosition(quorum, [
        [1, 12],
        [2, 9],
      ]),
    ).toBe(9);
    expect(
      quorumPosition(quorum, [
        [3, 4],
        [1, 12],
        [2, 9],
      ]),
    ).toBe(9);
  });

  test("does not grow by servers without a vote", () => {
    expect(
      quorumPosition(new MajorityQuorum([1, 2, 3]), [
        [1, 12],
        [4, 12],
        [5, 12],
      ]),
    ).toBe(0);
  });

  test("is the same by counting as by weights that are all alike", () => {
    const ids = [1, 2, 3, 4, 5];
    const weighted = new HierarchicalQuorum(ids, new Map([[1, ids]]));
    const acked = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 6 })), {
      selector: ([server]) => server,
    });
    fc.assert(
      fc.property(acked, (positions) => {
        expect(quorumPosition(new MajorityQuorum(ids), positions)).toBe(quorumPosition(weighted, positions));
      }),
    );
  });

  test("is counted by weight where weights count", () => {
    const quorum = new HierarchicalQuorum([1, 2, 3], new Map([[1, [1, 2, 3]]]), new Map([[1, 3]]));
    expect(
      quorumPosition(quorum, [
        [2, 12],
        [3, 12],
      ]),
    ).toBe(0);
    expect(
      quorumPosition(quorum, [
        [1, 7],
        [3, 12],
      ]),
    ).toBe(7);
  });

  test("has to be had by both quorums while the members change", () => {
    const configuration = (ids: number[], version: number) =>
      ensembleConfiguration({
        members: ids.map((serverId) => ({ serverId, type: "participant" as const, address: `h${serverId}` })),
        version,
        text: `version=${version}`,
      });
    const quorum = new ConfigurationsInForce(configuration([1, 2, 3], 1), configuration([3, 4, 5], 2));
    const old: [number, number][] = [
      [1, 12],
      [2, 11],
    ];
    expect(quorumPosition(quorum, old)).toBe(0);
    expect(quorumPosition(quorum, [...old, [3, 8], [4, 9]])).toBe(8);
  });
});
