import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Deque } from "./deque.ts";

const valuesOf = (deque: Deque<number>) => Array.from({ length: deque.length }, (_, i) => deque.at(i));

describe("Deque", () => {
  it("does whatever an array does", () => {
    const step = fc.record({ insert: fc.boolean(), at: fc.double({ min: 0, max: 1, noNaN: true }), count: fc.nat(4) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const deque = new Deque<number>();
        const model: number[] = [];
        for (const [n, { insert, at, count }] of steps.entries()) {
          if (insert || model.length === 0) {
            const index = Math.round(at * model.length);
            deque.insert(index, n);
            model.splice(index, 0, n);
          } else {
            const index = Math.floor(at * (model.length - 1));
            const removed = Math.min(count, model.length - index);
            deque.remove(index, removed);
            model.splice(index, removed);
          }
          expect(valuesOf(deque)).toEqual(model);
        }
      }),
    );
  });

  it("grows and shrinks with what it holds", () => {
    const deque = new Deque<number>();
    for (let i = 0; i < 1000; i += 1) deque.insert(deque.length, i);
    expect(deque.at(999)).toBe(999);
    deque.remove(1, 998);
    expect(valuesOf(deque)).toEqual([0, 999]);
  });

  it("refuses places that it does not have", () => {
    const deque = new Deque<number>();
    expect(() => deque.at(0)).toThrow('cannot read place "0" of 0');
    expect(() => deque.insert(1, 0)).toThrow('cannot insert at "1" of 0');
    expect(() => deque.remove(0, 1)).toThrow('cannot remove 1 values at "0" of 0');
  });
});
