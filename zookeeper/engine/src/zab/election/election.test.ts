import { NO_PROPOSAL, type Notification } from "@branta/zookeeper-protocol";
import { beforeEach, describe, expect, test } from "vitest";

import type { ServerId } from "../effects.ts";
import { ensembleConfiguration } from "../quorum/ensemble-configuration.ts";
import { WAITS } from "../testing/electorate.ts";
import { Election } from "./election.ts";

/** What a server wished for: "→2 looking 3 (epoch 1, zxid 5, round 1)". */
let wishes: string[] = [];

const shown = (value: number): string => (value === NO_PROPOSAL ? "none" : `${value}`);

function electionOf(serverId: ServerId): Election {
  return new Election(
    { serverId, ...WAITS },
    {
      notify: (to, { state, leader, zxid, peerEpoch, electionEpoch }) => {
        const history = `epoch ${shown(peerEpoch)}, zxid ${shown(zxid)}, round ${electionEpoch}`;
        wishes.push(`→${to} ${state} ${shown(leader)} (${history})`);
      },
      reconnect: (servers) => wishes.push(`connect ${servers.join(" ")}`),
    },
  );
}

/** What was wished for since the last look. */
function taken(): string[] {
  const all = wishes;
  wishes = [];
  return all;
}

/** Participants 1, 2, 3 and the observer 9. */
const three = ensembleConfiguration({
  members: [
    ...[1, 2, 3].map((serverId) => ({ serverId, type: "participant" as const, address: `h${serverId}` })),
    { serverId: 9, type: "observer", address: "h9" },
  ],
  version: 0,
  text: "three\nversion=0",
});

/** Participants 1 to 5, of which 5 has no weight. */
const weighted = ensembleConfiguration({
  members: [1, 2, 3, 4, 5].map((serverId) => ({ serverId, type: "participant" as const, address: `h${serverId}` })),
  groups: new Map([[1, [1, 2, 3, 4, 5]]]),
  weights: new Map([[5, 0]]),
  version: 0,
  text: "weighted\nversion=0",
});

/** The reconfiguration that puts 4 in the place of 3. */
const replacing = ensembleConfiguration({
  members: [1, 2, 4].map((serverId) => ({ serverId, type: "participant" as const, address: `h${serverId}` })),
  version: 7,
  text: "replacing\nversion=7",
});

/** A looking server's vote. */
function vote(leader: ServerId, over: Partial<Notification> = {}): Notification {
  return {
    state: "looking",
    leader,
    zxid: 5,
    peerEpoch: 1,
    electionEpoch: 1,
    configuration: "three\nversion=0",
    ...over,
  };
}

const own = { zxid: 5, currentEpoch: 1 };

/** Server 1, looking in round 1. */
let election: Election;

beforeEach(() => {
  wishes = [];
  election = electionOf(1);
  election.start(0, own, three);
});

describe("who starts to look", () => {
  test("begins a round and tells all other voters that it proposes itself", () => {
    expect(taken()).toEqual(["→2 looking 1 (epoch 1, zxid 5, round 1)", "→3 looking 1 (epoch 1, zxid 5, round 1)"]);
    election.start(0, { zxid: 8, currentEpoch: 2 }, three);
    expect(taken()).toEqual(["→2 looking 1 (epoch 2, zxid 8, round 2)", "→3 looking 1 (epoch 2, zxid 8, round 2)"]);
  });

  test("proposes nobody as an observer, and only a history as a server that is not in the configuration", () => {
    taken();
    electionOf(9).start(0, own, three);
    expect(taken()[0]).toBe("→1 looking none (epoch none, zxid none, round 1)");
    electionOf(4).start(0, own, three);
    expect(taken()[0]).toBe("→1 looking none (epoch 1, zxid 5, round 1)");
  });

  test("tells the voters of the next configuration, too, with the text of the committed one", () => {
    const told: [ServerId, string | null][] = [];
    const ports = {
      notify: (to: ServerId, n: Notification) => told.push([to, n.configuration]),
      reconnect: () => undefined,
    };
    new Election({ serverId: 1, ...WAITS }, ports).start(0, own, three, replacing);
    expect(told).toEqual([2, 3, 4].map((to) => [to, three.text]));
  });

  test("has decided at once where it is alone", () => {
    const alone = ensembleConfiguration({
      members: [{ serverId: 1, type: "participant", address: "h1" }],
      version: 0,
      text: "",
    });
    election.start(0, own, alone);
    expect(election.elected).toEqual({ leader: 1, zxid: 5, peerEpoch: 1, electionEpoch: 2 });
  });
});

describe("a looking server's vote", () => {
  beforeEach(() => void taken());

  test.each([
    ["epoch", { peerEpoch: 2, zxid: 1 }],
    ["zxid", { zxid: 6 }],
    ["id", {}],
  ])("is adopted and told where it is better: by its %s", (_, over) => {
    election.received(0, 2, vote(2, over));
    expect(taken()).toEqual([2, 3].map((to) => expect.stringContaining(`→${to} looking 2`)));
  });

  test.each([
    ["epoch", { peerEpoch: 0, zxid: 9 }],
    ["zxid", { zxid: 4 }],
  ])("is not adopted where it is worse: by its %s", (_, over) => {
    election.received(0, 2, vote(2, over));
    expect(taken()).toEqual([]);
  });

  test("is never adopted for a server without weight", () => {
    election.start(0, own, weighted);
    taken();
    election.received(0, 5, vote(5, { zxid: 99, electionEpoch: 2 }));
    expect(taken()).toEqual([]);
  });

  test("of a later round starts that round: the better of it and of what this server has itself is proposed", () => {
    election.received(0, 2, vote(2));
    taken();
    election.received(0, 3, vote(3, { electionEpoch: 4, zxid: 3 }));
    expect(taken()).toEqual([2, 3].map((to) => `→${to} looking 1 (epoch 1, zxid 5, round 4)`));
    election.received(0, 3, vote(3, { electionEpoch: 6, zxid: 7 }));
    expect(taken()).toEqual([2, 3].map((to) => `→${to} looking 3 (epoch 1, zxid 7, round 6)`));
  });

  test("of an earlier round is answered with the present vote and not counted", () => {
    election.start(0, own, three);
    taken();
    election.received(0, 3, vote(1));
    expect(taken()).toEqual(["→3 looking 1 (epoch 1, zxid 5, round 2)"]);
    election.time(10_000);
    expect(election.elected).toBeNull();
  });

  test("for a server that is no voter is ignored", () => {
    election.received(0, 2, vote(9, { zxid: 99 }));
    election.received(0, 2, vote(4, { zxid: 99 }));
    expect(taken()).toEqual([]);
  });

  test("from a server that is no voter is answered at once and not counted", () => {
    election.received(0, 9, vote(NO_PROPOSAL, { zxid: NO_PROPOSAL, peerEpoch: NO_PROPOSAL }));
    election.received(0, 4, vote(1));
    expect(taken()).toEqual([9, 4].map((to) => `→${to} looking 1 (epoch 1, zxid 5, round 1)`));
    expect(election.nextDeadlineMs).toBe(WAITS.minNotificationMs);
    election.received(0, 4, vote(3, { state: "following" }));
    expect(taken()).toEqual([]);
  });

  test("that claims to be this server's own is ignored", () => {
    election.received(0, 1, vote(3, { zxid: 99 }));
    expect(taken()).toEqual([]);
  });
});

describe("an empty database that must not vote", () => {
  test("takes no part: its votes are ignored, and it ignores votes", () => {
    taken();
    election.received(0, 3, vote(3, { zxid: -1, peerEpoch: 9 }));
    expect(taken()).toEqual([]);

    election.start(0, { zxid: -1, currentEpoch: 0 }, three);
    taken();
    election.received(0, 2, vote(2, { electionEpoch: 2 }));
    election.received(0, 3, vote(2, { electionEpoch: 2 }));
    expect(taken()).toEqual([]);
    expect(election.elected).toBeNull();
  });

  test("does not decide alone either", () => {
    const alone = ensembleConfiguration({
      members: [{ serverId: 1, type: "participant", address: "h1" }],
      version: 0,
      text: "",
    });
    election.start(0, { zxid: -1, currentEpoch: 0 }, alone);
    expect(election.elected).toBeNull();
  });

  test("finds a leader that is there already, but never in itself", () => {
    election.start(0, { zxid: -1, currentEpoch: 0 }, three);
    for (const from of [2, 3]) election.received(0, from, vote(1, { state: "following", electionEpoch: 2 }));
    expect(election.elected).toBeNull();
    election.received(0, 2, vote(2, { state: "leading" }));
    election.received(0, 3, vote(2, { state: "following" }));
    expect(election.elected).toMatchObject({ leader: 2 });
  });
});

describe("a quorum of equal votes", () => {
  test("decides when nothing better has come for a while", () => {
    election.received(50, 2, vote(2));
    expect(election.nextDeadlineMs).toBe(50 + WAITS.finalizeWaitMs);
    election.time(249);
    expect(election.elected).toBeNull();
    election.time(250);
    expect(election.elected).toEqual({ leader: 2, zxid: 5, peerEpoch: 1, electionEpoch: 1 });
    expect(election.nextDeadlineMs).toBe(Infinity);
    election.time(1000);
  });

  test.each([{ zxid: 4 }, { peerEpoch: 0 }, { leader: 2 }])(
    "is one of votes that are the very same: not with %o",
    (over) => {
      election.start(0, own, weighted);
      election.received(0, 4, vote(4, { electionEpoch: 2 }));
      election.received(0, 3, vote(4, { electionEpoch: 2, ...over }));
      expect(election.nextDeadlineMs).toBe(WAITS.minNotificationMs);
      election.time(WAITS.minNotificationMs);
      expect(election.elected).toBeNull();
    },
  );

  test("gives way to something better, and the wait begins again", () => {
    election.received(50, 2, vote(2));
    election.received(100, 3, vote(3));
    expect(election.nextDeadlineMs).toBe(100 + WAITS.finalizeWaitMs);
    election.time(300);
    expect(election.elected).toMatchObject({ leader: 3 });
  });

  test("is not put off by votes that change nothing", () => {
    election.received(50, 2, vote(2));
    election.received(100, 2, vote(2));
    election.received(150, 3, vote(1));
    expect(election.nextDeadlineMs).toBe(250);
  });

  test("that falls apart decides nothing", () => {
    election.start(0, own, weighted);
    for (const from of [2, 3]) election.received(0, from, vote(4, { electionEpoch: 2 }));
    expect(election.nextDeadlineMs).toBe(WAITS.finalizeWaitMs);
    // Server 3 has started again, and has not yet heard of 4.
    election.received(10, 3, vote(3, { electionEpoch: 2, zxid: 4 }));
    // Nor does its word put off that it is told.
    expect(election.nextDeadlineMs).toBe(WAITS.minNotificationMs);
    election.time(WAITS.finalizeWaitMs);
    expect(election.elected).toBeNull();
  });

  test("falls apart when one of it has decided meanwhile, and what it says now counts", () => {
    election.received(0, 3, vote(3));
    expect(election.nextDeadlineMs).toBe(WAITS.finalizeWaitMs);
    election.received(10, 3, vote(3, { state: "leading", peerEpoch: 2, zxid: 4 }));
    expect(election.nextDeadlineMs).toBe(10 + WAITS.minNotificationMs);
    election.received(20, 2, vote(3, { state: "following", peerEpoch: 2, zxid: 4 }));
    expect(election.elected).toEqual({ leader: 3, zxid: 4, peerEpoch: 2, electionEpoch: 1 });
  });

  test("decides at once when all voters have voted so: nothing better can come", () => {
    election.received(50, 3, vote(3));
    election.received(50, 2, vote(3));
    expect(election.elected).toEqual({ leader: 3, zxid: 5, peerEpoch: 1, electionEpoch: 1 });
  });

  test("need not wait for servers without weight", () => {
    election.start(0, own, weighted);
    for (const from of [2, 3, 4]) election.received(0, from, vote(4, { electionEpoch: 2 }));
    expect(election.elected).toMatchObject({ leader: 4 });
  });

  test("need not wait for servers that cannot be connected to, whenever that is found out", () => {
    election.unreachable(0, 3);
    expect(election.elected).toBeNull();
    // Told before this server's last vote: it may have come up since.
    election.received(10, 2, vote(2));
    expect(election.elected).toBeNull();
    election.unreachable(11, 3);
    expect(election.elected).toMatchObject({ leader: 2 });

    election.start(0, own, three);
    election.unreachable(0, 3);
    election.received(10, 2, vote(1, { electionEpoch: 2 }));
    expect(election.elected).toMatchObject({ leader: 1 });
    election.unreachable(20, 3);
  });

  test("waits for a server that could not be connected to but has said something since", () => {
    election.unreachable(0, 3);
    election.received(5, 3, vote(3, { zxid: 4 }));
    election.received(10, 2, vote(1));
    expect(election.nextDeadlineMs).toBe(10 + WAITS.finalizeWaitMs);
  });

  test("must be one in the next configuration, too", () => {
    election.start(0, own, three, replacing);
    election.received(0, 3, vote(3, { electionEpoch: 2 }));
    expect(election.nextDeadlineMs).toBe(WAITS.minNotificationMs);
    election.received(0, 4, vote(3, { electionEpoch: 2 }));
    election.time(WAITS.finalizeWaitMs);
    expect(election.elected).toMatchObject({ leader: 3 });
  });
});

describe("servers that have decided", () => {
  test("bring a late one in, in whatever round they are: a quorum with its leader", () => {
    election.received(0, 2, vote(3, { state: "following", electionEpoch: 7 }));
    expect(election.elected).toBeNull();
    election.received(0, 3, vote(3, { state: "leading", electionEpoch: 6, zxid: 9 }));
    expect(election.elected).toEqual({ leader: 3, zxid: 9, peerEpoch: 1, electionEpoch: 6 });
    taken();
    election.start(0, own, three);
    expect(taken()[0]).toContain("round 7");
  });

  test("do not bring it in without word from the leader itself: it may be gone", () => {
    election.start(0, own, weighted);
    for (const from of [2, 3, 4]) election.received(0, from, vote(5, { state: "following", electionEpoch: 7 }));
    expect(election.elected).toBeNull();
    election.received(0, 5, vote(5, { electionEpoch: 7 }));
    expect(election.elected).toBeNull();
    election.received(0, 5, vote(5, { state: "leading", electionEpoch: 7 }));
    expect(election.elected).toMatchObject({ leader: 5 });
  });

  test("do not bring it in while their leader is still looking", () => {
    election.start(0, own, weighted);
    election.received(0, 4, vote(4, { electionEpoch: 2 }));
    for (const from of [2, 3]) election.received(0, from, vote(4, { state: "following", electionEpoch: 2 }));
    expect(election.elected).toBeNull();
    election.received(0, 4, vote(4, { state: "leading", electionEpoch: 2 }));
    expect(election.elected).toMatchObject({ leader: 4 });
  });

  test("do not bring it in with different epochs: they speak of two leaderships", () => {
    election.received(0, 2, vote(3, { state: "following", electionEpoch: 7 }));
    election.received(0, 3, vote(3, { state: "leading", electionEpoch: 7, peerEpoch: 2 }));
    expect(election.elected).toBeNull();
    election.received(0, 3, vote(3, { state: "leading", peerEpoch: 2 }));
    expect(election.elected).toBeNull();
  });

  test("do so in spite of different epochs where one is from before 3.5 (ZOOKEEPER-1732)", () => {
    election.received(0, 2, vote(3, { state: "following", electionEpoch: 7, configuration: null }));
    election.received(0, 3, vote(3, { state: "leading", electionEpoch: 7, peerEpoch: 2 }));
    expect(election.elected).toMatchObject({ leader: 3 });
  });

  test("do so in spite of different epochs within this round: they are about to synchronise", () => {
    election.received(0, 2, vote(3, { state: "following" }));
    election.received(0, 3, vote(3, { state: "leading", peerEpoch: 2 }));
    expect(election.elected).toMatchObject({ leader: 3, peerEpoch: 2 });
  });

  test("join with looking ones of the round that vote the very same", () => {
    election.received(0, 2, vote(3));
    election.received(0, 3, vote(3, { state: "leading" }));
    expect(election.elected).toMatchObject({ leader: 3 });
  });

  test("of which this one is to lead make it lead in this round only", () => {
    for (const from of [2, 3]) election.received(0, from, vote(1, { state: "following", electionEpoch: 5 }));
    expect(election.elected).toBeNull();
    election.received(0, 2, vote(1, { state: "following" }));
    expect(election.elected).toMatchObject({ leader: 1, electionEpoch: 1 });
  });

  test("never make one lead that is no voter", () => {
    const observer = electionOf(9);
    observer.start(0, own, three);
    for (const from of [1, 2, 3]) observer.received(0, from, vote(9, { state: "following" }));
    expect(observer.elected).toBeNull();
  });

  test("are forgotten when this server's round ends", () => {
    election.received(0, 2, vote(3, { state: "following" }));
    election.received(0, 3, vote(3, { electionEpoch: 4 }));
    election.received(0, 3, vote(3, { state: "leading", electionEpoch: 4, peerEpoch: 2 }));
    expect(election.elected).toBeNull();
  });

  test("are not counted as observers", () => {
    election.received(0, 2, vote(3, { state: "observing" }));
    election.received(0, 3, vote(3, { state: "leading" }));
    expect(election.elected).toBeNull();
  });
});

describe("silence", () => {
  beforeEach(() => void taken());

  test("makes it ask again, and connect to those of whom nothing was heard; each wait is twice as long", () => {
    expect(election.nextDeadlineMs).toBe(200);
    election.time(200);
    expect(taken()).toEqual([
      "connect 2 3",
      "→2 looking 1 (epoch 1, zxid 5, round 1)",
      "→3 looking 1 (epoch 1, zxid 5, round 1)",
    ]);
    expect(election.nextDeadlineMs).toBe(600);
    election.received(700, 3, vote(1, { state: "following", electionEpoch: 9 }));
    expect(election.nextDeadlineMs).toBe(1100);
    election.time(1100);
    expect(taken()[0]).toBe("connect 2");
    expect(election.nextDeadlineMs).toBe(1900);
  });

  test("of known servers makes it ask again only", () => {
    election.start(0, own, weighted);
    taken();
    for (const from of [2, 3, 4]) election.received(0, from, vote(from, { electionEpoch: 2, zxid: 5 - from }));
    election.received(0, 5, vote(5, { electionEpoch: 9, state: "following" }));
    election.time(election.nextDeadlineMs);
    expect(taken().map((wish) => wish.slice(0, 2))).toEqual(["→2", "→3", "→4", "→5"]);
  });

  test("is borne for a minute at most", () => {
    for (let wait = 0; wait < 20; wait++) election.time(election.nextDeadlineMs);
    const lastMs = election.nextDeadlineMs;
    election.time(lastMs);
    expect(election.nextDeadlineMs - lastMs).toBe(WAITS.maxNotificationMs);
    election.start(lastMs, own, three);
    expect(election.nextDeadlineMs - lastMs).toBe(WAITS.minNotificationMs);
  });
});

describe("who has decided", () => {
  beforeEach(() => {
    for (const from of [2, 3]) election.received(0, from, vote(3));
    taken();
  });

  test("answers who looks with its vote and state, in whatever round", () => {
    election.answer(2, vote(2, { electionEpoch: 9 }), "following");
    election.answer(9, vote(NO_PROPOSAL), "leading");
    expect(taken()).toEqual(["→2 following 3 (epoch 1, zxid 5, round 1)", "→9 leading 3 (epoch 1, zxid 5, round 1)"]);
  });

  test("says nothing to who has decided, too: else two would answer each other for ever", () => {
    for (const state of ["following", "leading", "observing"] as const)
      election.answer(2, vote(3, { state }), "following");
    expect(taken()).toEqual([]);
  });

  test("tells the new epoch once it is established (ZOOKEEPER-1732)", () => {
    election.updateVote(2);
    expect(election.elected).toEqual({ leader: 3, zxid: 5, peerEpoch: 2, electionEpoch: 1 });
    election.answer(2, vote(2), "following");
    expect(taken()).toEqual(["→2 following 3 (epoch 2, zxid 5, round 1)"]);
  });

  test("tells the configuration that has come into force since", () => {
    const told: (string | null)[] = [];
    const ports = { notify: (_: ServerId, n: Notification) => told.push(n.configuration), reconnect: () => undefined };
    const alone = ensembleConfiguration({
      members: [{ serverId: 1, type: "participant", address: "h1" }],
      version: 0,
      text: "alone",
    });
    const leading = new Election({ serverId: 1, ...WAITS }, ports);
    leading.start(0, own, alone);
    leading.answer(4, vote(NO_PROPOSAL), "leading");
    leading.reconfigured(replacing);
    leading.answer(4, vote(NO_PROPOSAL), "leading");
    expect(told).toEqual([alone.text, replacing.text]);
  });

  test("may be given another leader by a reconfiguration, without an election", () => {
    election.updateVote(2);
    election.appoint(2, 77, replacing);
    expect(election.elected).toEqual({ leader: 2, zxid: 77, peerEpoch: 2, electionEpoch: 1 });
    election.answer(4, vote(NO_PROPOSAL), "following");
    expect(taken()).toEqual(["→4 following 2 (epoch 2, zxid 77, round 1)"]);
  });

  test("is not asked as if it were looking, nor the other way round", () => {
    expect(() => election.received(0, 2, vote(2))).toThrow("while looking only");
    election.start(0, own, three);
    expect(election.elected).toBeNull();
    expect(() => election.answer(2, vote(2), "following")).toThrow("must have decided");
    expect(() => election.updateVote(2)).toThrow("only a decided vote");
    expect(() => election.appoint(2, 5, three)).toThrow("needs a leader");
  });
});

test("nothing is due before the first start", () => {
  const idle = electionOf(1);
  expect(idle.nextDeadlineMs).toBe(Infinity);
  idle.time(0);
  expect(idle.elected).toBeNull();
});
