import fc from "fast-check";
import { expect, it } from "vitest";
import type { HostAndPort } from "../connection-string.ts";
import { HostList, shuffled } from "./host-list.ts";

const HOSTS = ["a", "b", "c"].map((host) => ({ host, port: 2181 }));

it("goes round, and counts rounds without success", () => {
  const list = new HostList(HOSTS, Math.random, false);
  expect(["a", "b", "c", "a"].map(() => list.next().host)).toEqual(["a", "b", "c", "a"]);
  expect(list.failedRounds).toBe(1);
  list.succeeded();
  expect(list.failedRounds).toBe(0);
  expect(list.next().host).toBe("b");
  list.prefer(list.hosts[1]!);
  expect(list.next().host).toBe("b");
});

it("shuffles without losing any, and can put each anywhere", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer()),
      fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
      (items, draws) => {
        const result = shuffled(items, () => draws.next().value);
        const inOrder = (list: readonly number[]): number[] => [...list].sort((a, b) => a - b);
        expect(inOrder(result)).toEqual(inOrder(items));
      },
    ),
  );
  expect(shuffled([1, 2, 3], () => 0)).toEqual([2, 3, 1]);
  expect(shuffled([1, 2, 3], () => 0.999)).toEqual([1, 2, 3]);
});

function servers(names: string): HostAndPort[] {
  return names.split(" ").map((host) => ({ host, port: 2181 }));
}

/** The next `count` servers it would try. */
function tries(list: HostList, count: number): string {
  return Array.from({ length: count }, () => list.next().host).join(" ");
}

it("after a change without a reason to move goes on where it was, in the new round", () => {
  const list = new HostList(servers("a b c"), () => 0.5, false);
  expect(list.next().host).toBe("a");
  expect(list.replace(servers("c a"), servers("a")[0])).toBe(false);
  expect(tries(list, 3)).toBe("c a c");
  expect([list.has(servers("a")[0]!), list.has(servers("b")[0]!)]).toEqual([true, false]);
});

it("after a change that calls for it tries each server of the move once, then goes round again", () => {
  const list = new HostList(servers("a b c"), () => 0, false);
  list.next();
  list.succeeded();
  expect(list.replace(servers("a b c d e f"), servers("a")[0])).toBe(true);
  expect(tries(list, 8)).toBe("d e f a b c d e");
  expect(list.failedRounds).toBe(1);
});

it("ends a move with the first server that answers, or that is preferred", () => {
  const list = new HostList(servers("a"), () => 0, false);
  list.next();
  expect(list.replace(servers("a d e"), servers("a")[0])).toBe(true);
  expect(list.next().host).toBe("d");
  list.succeeded();
  expect(tries(list, 2)).toBe("e a");
  expect(list.replace(servers("f g"), servers("d")[0])).toBe(true);
  list.prefer(servers("g")[0]!);
  expect(tries(list, 2)).toBe("g f");
});

it("takes a client on its way for one that has arrived where it would go next", () => {
  const list = new HostList(servers("a"), () => 0, false);
  list.next();
  list.replace(servers("b c"), servers("a")[0]);
  // It would try "b" now, and "b" remains.
  expect(list.replace(servers("c b"), servers("a")[0])).toBe(true);
  expect(tries(list, 2)).toBe("b c");
});

it("takes a client without a connection for one of the server it tried last, or would try first", () => {
  const fresh = new HostList(servers("a b"), () => 0, false);
  expect(fresh.replace(servers("a b"), undefined)).toBe(false);
  fresh.next();
  expect(fresh.replace(servers("a c"), undefined)).toBe(true);
  expect(fresh.next().host).toBe("c");
});
