import { expect, it } from "vitest";
import type { HostAndPort } from "../connection-string.ts";
import { shuffled } from "./host-list.ts";
import { isSameServer, Move, planMove, type Random } from "./move.ts";

/** "a b" → two servers. */
function servers(names: string): HostAndPort[] {
  return names.split(" ").map((host) => ({ host, port: 2181 }));
}

/** Gives these numbers, and fails a test that draws more. */
function draws(...numbers: number[]): Random {
  return () => {
    const next = numbers.shift();
    if (next === undefined) throw new Error("Drew a number too many");
    return next;
  };
}

/** Where a client goes, in order, given its draws; "stays" if it does. */
function path(before: string, after: string, current: string, ...numbers: number[]): string {
  const change = { before: servers(before), after: servers(after), current: servers(current)[0]! };
  const random = draws(...numbers);
  const move = planMove(change, random);
  if (move === null) return "stays";
  const hosts: string[] = [];
  for (let host = move.next(); host !== undefined; host = move.next()) hosts.push(host.host);
  return hosts.join(" ");
}

it("lets as many leave for newcomers as the newcomers' share of all is", () => {
  // 3 → 5: two fifths go. The border belongs to those who stay.
  expect(path("a b c", "a b c d e", "a", 0.399, 0, 0, 0, 0, 0, 0)).toBe("d e a b c");
  expect(path("a b c", "a b c d e", "a", 0.4)).toBe("stays");
  expect(path("a b c", "a b c d e", "c", 0.999)).toBe("stays");
});

it("sends who has lost its server to a newcomer when there are more servers than before", () => {
  expect(path("a b c", "b c d e f", "a", 0.999, 0.999, 0.999, 0.999, 0.999, 0.999)).toBe("d e f b c");
});

it("lets who is on a server that remains stay when there are not more, without drawing", () => {
  expect(path("a b c", "a d e", "a")).toBe("stays");
  expect(path("a b c", "a b", "b")).toBe("stays");
  expect(path("a b c", "a b c", "b")).toBe("stays");
});

it("spreads those who have lost their server, when there are fewer, so that all remaining ones are equally full", () => {
  // 5 → 4 with one newcomer: 3 known ones take 3·(5-4) / (4·(5-3)) = 3/8 of the homeless; the newcomer 5/8.
  expect(path("a b c d e", "a b c f", "d", 0.624, 0, 0, 0, 0)).toBe("f a b c");
  expect(path("a b c d e", "a b c f", "d", 0.625, 0.999, 0.999, 0.999, 0)).toBe("a b c f");
  // As many as before: all the homeless fit on the newcomers.
  expect(path("a b c", "a b d", "c", 0.999, 0.999, 0.999, 0.999)).toBe("d a b");
  // No newcomers: to the known ones, whatever is drawn.
  expect(path("a b c", "a b", "c", 0, 0, 0)).toBe("a b");
});

it("sends who was on no server of either list to a known one", () => {
  expect(path("a b", "a b", "c", 0, 0, 0)).toBe("a b");
});

it("keeps many clients evenly spread over any series of changes", () => {
  const CLIENTS = 12_000;
  let seed = 7;
  // The minimal standard generator of Park and Miller.
  const random: Random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const series = ["a b c", "a b c d e", "c d e", "c d e f g h i", "x y z", "x", "x y"];
  let before = servers(series[0]!);
  let clients = Array.from({ length: CLIENTS }, (_, at) => before[at % before.length]!);
  for (const step of series.slice(1)) {
    const after = servers(step);
    const change = { before, after };
    clients = clients.map(
      (current) => planMove({ ...change, after: shuffled(after, random), current }, random)?.next() ?? current,
    );
    const fair = CLIENTS / after.length;
    for (const server of after) {
      const load = clients.filter((client) => isSameServer(client, server)).length;
      expect(Math.abs(load - fair) / fair, `${step}: ${server.host} has ${load} of ${fair}`).toBeLessThan(0.1);
    }
    before = after;
  }
});

it("goes on with the others when one kind is used up", () => {
  const move = new Move(servers("n"), servers("k"), 1, draws(0.5, 0.5, 0.5));
  expect([move.next()?.host, move.next()?.host, move.next()]).toEqual(["n", "k", undefined]);
});

it("takes names of hosts as they are written, but for capitals", () => {
  expect(isSameServer({ host: "Zoo1", port: 1 }, { host: "zoo1", port: 1 })).toBe(true);
  expect(isSameServer({ host: "zoo1", port: 1 }, { host: "zoo1", port: 2 })).toBe(false);
});
