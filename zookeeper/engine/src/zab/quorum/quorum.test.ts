import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { ConfigurationError } from "./configuration-error.ts";
import { ConfigurationsInForce } from "./configurations-in-force.ts";
import { ensembleConfiguration, type EnsembleDescription } from "./ensemble-configuration.ts";
import { HierarchicalQuorum } from "./hierarchical.ts";
import { MajorityQuorum } from "./majority.ts";
import type { QuorumVerifier } from "./quorum-verifier.ts";

const set = (...servers: number[]): ReadonlySet<number> => new Set(servers);

/** Every set of servers of `1…n`. */
function subsets(n: number): ReadonlySet<number>[] {
  return Array.from({ length: 2 ** n }, (_, bits) => {
    return new Set(Array.from({ length: n }, (_, at) => at + 1).filter((server) => (bits >> (server - 1)) & 1));
  });
}

function expectQuorumsToIntersect(verifier: QuorumVerifier, n: number): void {
  const quorums = subsets(n).filter((servers) => verifier.isQuorum(servers));
  for (const one of quorums)
    for (const other of quorums) expect([...one].some((server) => other.has(server))).toBe(true);
}

describe("a plain majority", () => {
  test("is more than half of those who vote", () => {
    const three = new MajorityQuorum([1, 2, 3]);
    expect(three.isQuorum(set(1, 3))).toBe(true);
    expect(three.isQuorum(set(2))).toBe(false);
    expect(new MajorityQuorum([1, 2, 3, 4]).isQuorum(set(1, 2))).toBe(false);
  });

  test("counts nobody without a vote", () => {
    const three = new MajorityQuorum([1, 2, 3]);
    expect(three.isQuorum(set(1, 4, 5, 6))).toBe(false);
    expect([three.weightOf(1), three.weightOf(4)]).toEqual([1, 0]);
  });

  test("of nobody is none", () => {
    expect(new MajorityQuorum([]).isQuorum(set(1))).toBe(false);
  });
});

describe("a hierarchical quorum", () => {
  const nine = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const groups = new Map([
    [1, [1, 2, 3]],
    [2, [4, 5, 6]],
    [3, [7, 8, 9]],
  ]);

  test("is a majority of the groups, each with a majority of its weight", () => {
    const quorum = new HierarchicalQuorum(nine, groups);
    expect(quorum.isQuorum(set(1, 2, 4, 5))).toBe(true);
    expect(quorum.isQuorum(set(1, 2, 3, 4, 7))).toBe(false);
    expect(quorum.isQuorum(set())).toBe(false);
  });

  test("weighs servers", () => {
    const quorum = new HierarchicalQuorum([1, 2, 3], new Map([[1, [1, 2, 3]]]), new Map([[1, 3]]));
    expect(quorum.isQuorum(set(1))).toBe(true);
    expect(quorum.isQuorum(set(2, 3))).toBe(false);
    expect([quorum.weightOf(1), quorum.weightOf(2), quorum.weightOf(9)]).toEqual([3, 1, 0]);
  });

  test("leaves out groups without weight, as Apache's does: neither for nor against", () => {
    const weightless = new Map([7, 8, 9].map((server) => [server, 0]));
    const quorum = new HierarchicalQuorum(nine, groups, weightless);
    expect(quorum.isQuorum(set(1, 2, 4, 5))).toBe(true);
    expect(quorum.isQuorum(set(1, 2, 7, 8, 9))).toBe(false);
    const oneGroup = new HierarchicalQuorum(nine, groups, new Map([4, 5, 6, 7, 8, 9].map((server) => [server, 0])));
    expect(oneGroup.isQuorum(set(1, 2))).toBe(true);
  });

  test("without any weight is none", () => {
    expect(new HierarchicalQuorum([1], new Map([[1, [1]]]), new Map([[1, 0]])).isQuorum(set(1))).toBe(false);
  });

  test("passes over group members and servers without a vote", () => {
    const quorum = new HierarchicalQuorum([1, 2], new Map([[1, [1, 2, 5]]]));
    expect(quorum.isQuorum(set(1, 5, 6))).toBe(false);
    expect(quorum.isQuorum(set(1, 2))).toBe(true);
  });

  test.each([
    ["noGroup", new Map([[1, [1]]]), new Map()],
    [
      "manyGroups",
      new Map([
        [1, [1, 2]],
        [2, [2]],
      ]),
      new Map(),
    ],
    ["weight", new Map([[1, [1, 2]]]), new Map([[2, -1]])],
    ["weight", new Map([[1, [1, 2]]]), new Map([[2, 0.5]])],
  ])("is refused where it is not defined: %s", (code, groups, weights) => {
    const make = (): unknown => new HierarchicalQuorum([1, 2], groups, weights);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(expect.objectContaining({ code, message: expect.stringContaining('server "2"') }));
  });

  test("any two have a server in common", () => {
    const shape = fc.array(
      fc.record({ group: fc.integer({ min: 1, max: 3 }), weight: fc.integer({ min: 0, max: 3 }) }),
      {
        minLength: 1,
        maxLength: 7,
      },
    );
    fc.assert(
      fc.property(shape, (servers) => {
        const groups = Map.groupBy(servers.keys(), (at) => servers[at]!.group);
        const verifier = new HierarchicalQuorum(
          servers.map((_, at) => at + 1),
          new Map([...groups].map(([group, ats]) => [group, ats.map((at) => at + 1)])),
          new Map(servers.map(({ weight }, at) => [at + 1, weight])),
        );
        expectQuorumsToIntersect(verifier, servers.length);
      }),
      { numRuns: 50 },
    );
  });
});

test("any two majorities have a server in common", () => {
  for (let n = 1; n <= 7; n++)
    expectQuorumsToIntersect(new MajorityQuorum([...set(1, 2, 3, 4, 5, 6, 7)].slice(0, n)), n);
});

function describeMembers(voters: number[], observers: number[] = [], version = 0): EnsembleDescription {
  const members = [
    ...voters.map((serverId) => ({ serverId, type: "participant" as const, address: `h${serverId}` })),
    ...observers.map((serverId) => ({ serverId, type: "observer" as const, address: `h${serverId}` })),
  ];
  return { members, version, text: `version=${version.toString(16)}` };
}

describe("a configuration", () => {
  test("knows voters and observers, and keeps its text", () => {
    const configuration = ensembleConfiguration(describeMembers([1, 2, 3], [4], 0x100000002));
    expect(configuration.quorum).toBeInstanceOf(MajorityQuorum);
    expect(configuration.quorum.voters).toEqual(set(1, 2, 3));
    expect(configuration.observers).toEqual(set(4));
    expect(configuration).toMatchObject({ version: 0x100000002, text: "version=100000002" });
  });

  test("knows the addresses", () => {
    const members = [
      { serverId: 1, type: "participant", address: "h1:2888:3888" },
      { serverId: 2, type: "observer", address: "h2:2888:3888" },
    ] as const;
    const { addresses } = ensembleConfiguration({ members, version: 0, text: "" });
    expect(addresses).toEqual(
      new Map([
        [1, "h1:2888:3888"],
        [2, "h2:2888:3888"],
      ]),
    );
  });

  test("with groups or weights is hierarchical", () => {
    const grouped = ensembleConfiguration({ ...describeMembers([1, 2]), groups: new Map([[1, [1, 2]]]) });
    expect(grouped.quorum).toBeInstanceOf(HierarchicalQuorum);
    const weighted = (): unknown => ensembleConfiguration({ ...describeMembers([1]), weights: new Map([[1, 2]]) });
    expect(weighted).toThrow(expect.objectContaining({ code: "noGroup" }));
  });

  test("needs a voter", () => {
    expect(() => ensembleConfiguration(describeMembers([], [1]))).toThrow(
      expect.objectContaining({ code: "noVoters" }),
    );
  });
});

describe("configurations in force", () => {
  const old = ensembleConfiguration(describeMembers([1, 2, 3], [], 1));
  const next = ensembleConfiguration(describeMembers([3, 4, 5], [], 2));

  test("need a quorum of each while one replaces the other", () => {
    const both = new ConfigurationsInForce(old, next);
    expect(both.voters).toEqual(set(1, 2, 3, 4, 5));
    expect(both.isQuorum(set(1, 2))).toBe(false);
    expect(both.isQuorum(set(4, 5))).toBe(false);
    expect(both.isQuorum(set(1, 3, 4))).toBe(true);
    expect([both.weightOf(1), both.weightOf(4), both.weightOf(6)]).toEqual([1, 1, 0]);
    expectQuorumsToIntersect(both, 5);
  });

  test("are one where the last seen is not newer", () => {
    for (const one of [
      new ConfigurationsInForce(next, old),
      new ConfigurationsInForce(next, next),
      new ConfigurationsInForce(next),
    ]) {
      expect(one.next).toBeNull();
      expect(one.voters).toEqual(set(3, 4, 5));
      expect(one.isQuorum(set(4, 5))).toBe(true);
      expect([one.weightOf(1), one.weightOf(4)]).toEqual([0, 1]);
    }
  });
});
