import { expect, test } from "vitest";
import { Fifo } from "./fifo.ts";

function itemsOf(queue: Fifo<number>): (number | undefined)[] {
  return Array.from({ length: queue.length }, () => queue.shift());
}

test("what comes first leaves first, however much waits", () => {
  const queue = new Fifo<number>();
  let [pushed, shifted] = [0, 0];
  for (let round = 1; round <= 20; round++) {
    for (let count = 0; count < round; count++) queue.push(pushed++);
    expect(queue.first).toBe(shifted);
    for (let count = 0; count < round - 1; count++) expect(queue.shift()).toBe(shifted++);
  }
  expect(queue.length).toBe(20);
  expect(itemsOf(queue)).toEqual(Array.from({ length: 20 }, (_, index) => shifted + index));
});

test("has no first item when it is empty", () => {
  const queue = new Fifo<number>();
  expect([queue.first, queue.shift(), queue.length]).toEqual([undefined, undefined, 0]);
});

test("keeps the first items when it is cut", () => {
  const queue = new Fifo<number>();
  for (const item of [9, 1, 2, 3, 4, 5]) queue.push(item);
  queue.shift();
  queue.cut(2);
  queue.push(6);
  expect(itemsOf(queue)).toEqual([1, 2, 6]);
  queue.push(7);
  queue.cut(0);
  expect([queue.first, queue.length]).toEqual([undefined, 0]);
});
