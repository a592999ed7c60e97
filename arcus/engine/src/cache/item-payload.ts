import { type Arena, CELL_BYTES, ITEM_RUN_CELLS_WORD, ITEM_RUN_NEXT_WORD, RUN_HEADER_BYTES } from "./arena.ts";
import { HEADER_BYTES, type ItemId, SCATTERED_HEADER_BYTES } from "./item-header.ts";

const RUN_WORDS = 4;

/** Copies between buffers; inside one block of memory it needs neither a call out of the engine nor an object. */
export function copyBytes(source: Buffer, start: number, end: number, target: Buffer, at: number): void {
  if (source === target) target.copyWithin(at, start, end);
  else source.copy(target, at, start, end);
}

/** Writes bytes at an offset behind an item's header, where its key begins. */
export function writePayload(
  arena: Arena,
  item: ItemId,
  offset: number,
  source: Buffer,
  start: number,
  end: number,
): void {
  const { words, bytes } = arena;
  if (words[item * RUN_WORDS + ITEM_RUN_NEXT_WORD] === 0) {
    copyBytes(source, start, end, bytes, item * CELL_BYTES + HEADER_BYTES + offset);
    return;
  }
  let from = start;
  eachPart(arena, item, offset, end - start, (at, length) => {
    copyBytes(source, from, from + length, bytes, at);
    from += length;
  });
}

/** Copies bytes from an offset behind an item's header to `target` at `to`. */
export function readPayload(
  arena: Arena,
  item: ItemId,
  offset: number,
  length: number,
  target: Buffer,
  to: number,
): void {
  const { words, bytes } = arena;
  if (words[item * RUN_WORDS + ITEM_RUN_NEXT_WORD] === 0) {
    const start = item * CELL_BYTES + HEADER_BYTES + offset;
    copyBytes(bytes, start, start + length, target, to);
    return;
  }
  let at = to;
  eachPart(arena, item, offset, length, (start, partLength) => {
    copyBytes(bytes, start, start + partLength, target, at);
    at += partLength;
  });
}

/** Shows where in memory the bytes of a scattered item lie, piece by piece. */
function eachPart(
  arena: Arena,
  item: ItemId,
  offset: number,
  length: number,
  show: (at: number, length: number) => void,
): void {
  const { words } = arena;
  let run = item;
  let runAt = item * CELL_BYTES + SCATTERED_HEADER_BYTES;
  let runEnd = (item + words[item * RUN_WORDS + ITEM_RUN_CELLS_WORD]) * CELL_BYTES;
  let next = words[item * RUN_WORDS + ITEM_RUN_NEXT_WORD];
  let skip = offset;
  let left = length;
  while (left > 0) {
    const usable = runEnd - runAt;
    if (skip < usable) {
      const part = Math.min(usable - skip, left);
      show(runAt + skip, part);
      left -= part;
      skip = 0;
    } else skip -= usable;
    if (left === 0) return;
    run = next;
    runAt = run * CELL_BYTES + RUN_HEADER_BYTES;
    runEnd = runAt + arena.runBytes(run);
    next = arena.nextRun(run);
  }
}
