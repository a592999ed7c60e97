import type { ServerId } from "@branta/zookeeper-engine";
import { zxidOf } from "../world/history-node.ts";

/** A command's words after its name. */
export type Words = readonly string[];

/** `1->2`, `1->`, `->2` or nothing. */
export function routeOf(route: string | undefined): [from: ServerId | undefined, to: ServerId | undefined] {
  if (route === undefined) return [undefined, undefined];
  const [from, to] = route.split("->");
  return [from ? Number(from) : undefined, to ? Number(to) : undefined];
}

/** Of `1 2 3` both ways between 1 and each of the others, of `1->2` this one. */
export function directionsOf(words: Words): (readonly [number, number])[] {
  const [first = "", ...others] = words;
  if (first.includes("->")) {
    return words.map((word) => {
      const [from, to] = word.split("->");
      return [Number(from), Number(to)] as const;
    });
  }
  return others.flatMap((other) => [[Number(first), Number(other)] as const, [Number(other), Number(first)] as const]);
}

/** `2/5` or a number. */
export function zxidFrom(word: string): number {
  const [epoch = "0", counter] = word.split("/");
  return counter === undefined ? Number(epoch) : zxidOf(Number(epoch), Number(counter));
}
