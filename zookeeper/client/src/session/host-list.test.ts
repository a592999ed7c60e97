import fc from "fast-check";
import { expect, it } from "vitest";
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
