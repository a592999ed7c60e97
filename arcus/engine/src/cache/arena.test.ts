import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Arena, CELL_BYTES, ITEM_RUN_CELLS_WORD, ITEM_RUN_NEXT_WORD } from "./arena.ts";

const LIMIT_BYTES = 32 * 1024;
const YARD_BYTES = 64;
/** What an item has before its key, in one piece with it. */
const TOGETHER_BYTES = 52;
const MIN_BYTES = 64;

interface Held {
  readonly item: number;
  readonly byteCount: number;
}

/** The runs of cells that an item has. */
function runsOf(arena: Arena, { item, byteCount }: Held): [start: number, cells: number][] {
  const { words } = arena;
  let next = words[item * 4 + ITEM_RUN_NEXT_WORD];
  if (next === 0) return [[item, Math.ceil(byteCount / CELL_BYTES)]];
  const runs: [number, number][] = [[item, words[item * 4 + ITEM_RUN_CELLS_WORD]]];
  for (; next !== 0; next = arena.nextRun(next)) runs.push([next, (arena.runBytes(next) + 8) / CELL_BYTES]);
  return runs;
}

/** Every cell has one owner at most, none lies in the yard, and the count is right. */
function check(arena: Arena, held: readonly Held[]): void {
  const owned = new Set<number>();
  let cells = 0;
  for (const each of held) {
    let room = -TOGETHER_BYTES;
    for (const [start, length] of runsOf(arena, each)) {
      for (let cell = start; cell < start + length; cell++) owned.add(cell);
      cells += length;
      room += length * CELL_BYTES;
      expect(start * CELL_BYTES).toBeGreaterThanOrEqual(YARD_BYTES);
    }
    expect(room + TOGETHER_BYTES).toBeGreaterThanOrEqual(each.byteCount);
  }
  expect(owned.size).toBe(cells);
  expect(arena.usedCells).toBe(cells);
  expect(cells).toBeLessThanOrEqual(arena.limitCells);
}

describe("an arena", () => {
  it("never gives a cell twice, and takes all of them back", () => {
    const step = fc.oneof(
      fc.record({ take: fc.integer({ min: MIN_BYTES, max: 400 }) }),
      fc.record({ take: fc.integer({ min: MIN_BYTES, max: 6000 }) }),
      fc.record({ give: fc.nat() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const arena = new Arena(LIMIT_BYTES, YARD_BYTES);
        const held: Held[] = [];
        for (const each of steps) {
          if ("take" in each) {
            const item = arena.allocate(each.take, TOGETHER_BYTES);
            if (item !== 0) held.push({ item, byteCount: each.take });
          } else if (held.length > 0) {
            const [given] = held.splice(each.give % held.length, 1);
            arena.free(given.item, given.byteCount);
          }
        }
        check(arena, held);
        for (const { item, byteCount } of held) arena.free(item, byteCount);
        expect(arena.usedCells).toBe(0);
        // All of it is one piece again.
        expect(arena.allocate(LIMIT_BYTES, TOGETHER_BYTES)).not.toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  it("scatters an item over what is free, to the last cells", () => {
    const arena = new Arena(64 * 64, 0);
    const items = Array.from({ length: 64 }, () => arena.allocate(64, TOGETHER_BYTES));
    expect(arena.allocate(64, TOGETHER_BYTES)).toBe(0);
    for (let i = 0; i < 64; i += 2) arena.free(items[i], 64);
    const scattered = { item: arena.allocate(32 * 48, TOGETHER_BYTES), byteCount: 32 * 48 };
    expect(scattered.item).not.toBe(0);
    expect(runsOf(arena, scattered).length).toBeGreaterThan(20);
    // A key must not be cut in two.
    expect(arena.allocate(100, 100)).toBe(0);
    arena.free(scattered.item, scattered.byteCount);
    for (let i = 1; i < 64; i += 2) arena.free(items[i], 64);
    expect(arena.usedCells).toBe(0);
  });

  it("tells what is free in pieces too short for the largest items", () => {
    const arena = new Arena(LIMIT_BYTES, 0);
    expect(arena.tooShortBytes).toBe(0);
    const [short, kept, long] = [64, 64, 640, 64].map((byteCount) => arena.allocate(byteCount, TOGETHER_BYTES));
    arena.free(short, 64);
    expect(arena.tooShortBytes).toBe(64);
    // The largest are the short ones now, and each free piece is long enough for one.
    arena.free(long, 640);
    expect(arena.tooShortBytes).toBe(0);
    arena.free(kept, 64);
    expect(arena.tooShortBytes).toBe(0);
  });

  it("counts a scattered item by its size", () => {
    const arena = new Arena(64 * 64, 0);
    const items = Array.from({ length: 64 }, () => arena.allocate(64, TOGETHER_BYTES));
    for (let i = 0; i < 64; i += 2) arena.free(items[i], 64);
    const scattered = arena.allocate(16 * 48, TOGETHER_BYTES);
    const free = (arena.limitCells - arena.usedCells) * CELL_BYTES;
    expect(arena.tooShortBytes).toBe(free);
    arena.free(scattered, 16 * 48);
    expect(arena.tooShortBytes).toBe(0);
  });

  it("keeps what it has when it grows", () => {
    const arena = new Arena(1024, 0);
    const item = arena.allocate(1000, TOGETHER_BYTES);
    arena.bytes.fill(0x61, item * CELL_BYTES + 48, item * CELL_BYTES + 1000);
    expect(arena.allocate(100, TOGETHER_BYTES)).toBe(0);
    expect(arena.grow(2 ** 52)).toBe(false);
    expect(arena.grow(4096)).toBe(true);
    expect(arena.allocate(3000, TOGETHER_BYTES)).not.toBe(0);
    expect(arena.bytes.latin1Slice(item * CELL_BYTES + 48, item * CELL_BYTES + 1000)).toBe("a".repeat(952));
  });
});
