import { makeZxid } from "@branta/zookeeper-protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { ServerId } from "../effects.ts";
import { ensembleConfiguration } from "../quorum/ensemble-configuration.ts";
import type { EnsembleConfiguration } from "../quorum/quorum-verifier.ts";
import { Electorate } from "../testing/electorate.ts";
import type { OwnHistory } from "./proposal.ts";

/** A history short enough that many are equal, and epochs that are not those of the zxid. */
const history = fc.record({
  zxid: fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 3 })).map(([e, c]) => makeZxid(e, c)),
  currentEpoch: fc.integer({ min: 0, max: 3 }),
});

const histories = (minLength: number, maxLength: number): fc.Arbitrary<ReadonlyMap<ServerId, OwnHistory>> =>
  fc.array(history, { minLength, maxLength }).map((all) => new Map(all.map((own, at) => [at + 1, own])));

/** What chance decides, one number for each decision. */
const chances = fc.infiniteStream(fc.integer({ min: 0, max: 0x7fff_ffff }));

function configurationOf(
  voters: readonly ServerId[],
  observers: readonly ServerId[] = [],
  version = 0,
): EnsembleConfiguration {
  const members = [
    ...voters.map((serverId) => ({ serverId, type: "participant" as const, address: `h${serverId}` })),
    ...observers.map((serverId) => ({ serverId, type: "observer" as const, address: `h${serverId}` })),
  ];
  return ensembleConfiguration({ members, version, text: `version=${version.toString(16)}` });
}

function bestOf(all: ReadonlyMap<ServerId, OwnHistory>): ServerId {
  return [...all].toSorted(([a, x], [b, y]) => y.currentEpoch - x.currentEpoch || y.zxid - x.zxid || b - a)[0]![0];
}

/** Delivers in an order that only chance knows, without losing anything. */
function deliverAnyhow(electorate: Electorate, chance: Iterator<number>): void {
  for (let { busy } = electorate; busy.length > 0; { busy } = electorate) {
    electorate.deliver(busy[chance.next().value % busy.length]!);
  }
}

describe("in a network that loses nothing", () => {
  test("all who start together elect the best, at once, in whatever order the votes come", () => {
    fc.assert(
      fc.property(histories(1, 6), chances, (all, chance) => {
        const electorate = new Electorate(all, configurationOf([...all.keys()]));
        electorate.start(...all.keys());
        deliverAnyhow(electorate, chance[Symbol.iterator]());
        expect(electorate.leader).toBe(bestOf(all));
        expect(electorate.nowMs).toBe(0);
      }),
    );
  });

  test("a quorum elects its best after the wait for those who do not come", () => {
    fc.assert(
      fc.property(histories(2, 4), fc.integer({ min: 1, max: 3 }), chances, (all, missing, chance) => {
        fc.pre(missing < all.size);
        const absent = Array.from({ length: missing }, (_, at) => 100 + at);
        const electorate = new Electorate(all, configurationOf([...all.keys(), ...absent]));
        electorate.start(...all.keys());
        deliverAnyhow(electorate, chance[Symbol.iterator]());
        expect(new Set(electorate.leaders.values())).toEqual(new Set([null]));
        electorate.pass();
        expect(electorate.leader).toBe(bestOf(all));
        expect(electorate.nowMs).toBe(200);
      }),
    );
  });

  test("a quorum elects its best at once where nobody else can be connected to", () => {
    fc.assert(
      fc.property(histories(2, 4), chances, (all, chance) => {
        const electorate = new Electorate(all, configurationOf([...all.keys(), 100]));
        electorate.start(...all.keys());
        deliverAnyhow(electorate, chance[Symbol.iterator]());
        for (const server of all.keys()) electorate.report(server, 100);
        expect(electorate.leader).toBe(bestOf(all));
        expect(electorate.nowMs).toBe(0);
      }),
    );
  });

  test("observers and joiners find whom the voters elect", () => {
    fc.assert(
      fc.property(histories(3, 7), chances, (all, chance) => {
        const ids = [...all.keys()];
        const voters = ids.slice(0, -2);
        // The last one is in no configuration; what the two have logged must not matter.
        const electorate = new Electorate(all, configurationOf(voters, ids.slice(-2, -1)));
        electorate.start(...all.keys());
        deliverAnyhow(electorate, chance[Symbol.iterator]());
        electorate.settle();
        expect(electorate.leader).toBe(bestOf(new Map(voters.map((id) => [id, all.get(id)!]))));
      }),
    );
  });

  test("both configurations of a reconfiguration elect one leader", () => {
    fc.assert(
      fc.property(histories(4, 6), chances, (all, chance) => {
        const ids = [...all.keys()];
        // Those who are not voters yet can be ahead of nobody: they do not propose themselves.
        const known = new Map([...all].map(([id, own]) => [id, id <= 3 ? own : { zxid: 0, currentEpoch: 0 }]));
        const electorate = new Electorate(
          known,
          configurationOf(ids.slice(0, 3)),
          configurationOf(ids.slice(2), [], 1),
        );
        electorate.start(...ids);
        deliverAnyhow(electorate, chance[Symbol.iterator]());
        electorate.settle();
        expect(electorate.leader).not.toBeNull();
      }),
    );
  });
});

test("with crashes, losses and late starts all agree in the end", () => {
  fc.assert(
    fc.property(histories(1, 6), fc.integer({ min: 0, max: 200 }), chances, (all, turns, chance) => {
      const chooses = chance[Symbol.iterator]();
      const below = (limit: number): number => chooses.next().value % limit;
      const ids = [...all.keys()];
      const observers = ids.slice(1, 1 + below(2));
      const voters = ids.filter((id) => !observers.includes(id));
      const electorate = new Electorate(all, configurationOf(voters, observers));
      electorate.start(voters[0]!);
      for (let turn = 0; turn < turns; turn++) {
        const { busy } = electorate;
        const what = below(10);
        if (what === 0) electorate.start(ids[below(ids.length)]!);
        else if (what === 1) electorate.pass();
        else if (what === 3) electorate.report(ids[below(ids.length)]!, ids[below(ids.length)]!);
        else if (busy.length > 0) electorate.deliver(busy[below(busy.length)]!, what === 2);
      }
      electorate.start(...ids.filter((id) => !electorate.leaders.has(id)));
      electorate.settle();
      expect(electorate.leader).not.toBeNull();
    }),
    { numRuns: 300 },
  );
});
