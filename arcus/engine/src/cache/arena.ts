import { binOf, EXACT_BINS, RunBins } from "./run-bins.ts";
import { RunSizes } from "./run-sizes.ts";
import { tryToReserve } from "./try-to-reserve.ts";

/** Memory is handed out in cells of so many bytes; an item is a run of cells, or several runs. */
export const CELL_BYTES = 16;
const CELL_SHIFT = 4;
const CELL_WORDS = 4;

/** In the first cell of a free run: its neighbours in its bin, and its cells. The last cell has the cells again. */
const NEXT = 0;
const PREVIOUS = 1;
const CELLS = 2;
const CELLS_AGAIN = 3;

/** In the first cell of a further run of an item: the run after it, and its cells. */
const RUN_NEXT = 0;
const RUN_CELLS = 1;
/** What a further run has before its part of the item's bytes. */
export const RUN_HEADER_BYTES = 8;

/** Where an item's header says which run comes next; its cells then stand in the word behind the header. */
export const ITEM_RUN_NEXT_WORD = 11;
export const ITEM_RUN_CELLS_WORD = 12;

/**
 * The memory of all items, outside the JavaScript heap: one block, of which the operating system gives a page only when
 * it is first written. Free neighbours merge at once; what fits nowhere in one piece is spread over several runs, so
 * memory is never too scattered for an item for which there is enough.
 *
 * The front of the block is a yard for the server's input and output: copies inside one block are several times faster
 * than copies between two.
 */
export class Arena {
  bytes: Buffer;
  words: Int32Array;
  /** Cells of items. */
  usedCells = 0;
  readonly #firstCell: number;
  /** Cells there may be, with the yard's. */
  #limitCell: number;
  /** No cell from here on is used. */
  #topCell: number;
  /** No cell from here on has ever been used. */
  #untouchedCell: number;
  /** One bit a cell, set for the first and the last cell of every free run. */
  #freeEdges: Uint32Array;
  readonly #bins = new RunBins();
  readonly #sizes = new RunSizes();

  /** @param yardBytes for the server's buffers, a multiple of {@link CELL_BYTES} */
  constructor(limitBytes: number, yardBytes: number) {
    this.#firstCell = (yardBytes >>> CELL_SHIFT) + 1;
    this.#topCell = this.#firstCell;
    this.#untouchedCell = this.#firstCell;
    this.#limitCell = this.#firstCell + Math.floor(limitBytes / CELL_BYTES);
    const memory = new ArrayBuffer(this.#limitCell * CELL_BYTES);
    this.bytes = Buffer.from(memory);
    this.words = new Int32Array(memory);
    this.#freeEdges = new Uint32Array((this.#limitCell >>> 5) + 1);
  }

  /** Cells that items can have in all. */
  get limitCells(): number {
    return this.#limitCell - this.#firstCell;
  }

  /** Bytes that have ever been written, which is what the process has of the operating system. */
  get touchedBytes(): number {
    return (this.#untouchedCell - this.#firstCell) * CELL_BYTES;
  }

  /** Bytes of free runs too short for the largest items, which could have them only in pieces. */
  get tooShortBytes(): number {
    return this.#sizes.tooShortCells(this.usedCells) * CELL_BYTES;
  }

  /**
   * Makes room for more items, which moves all memory: {@link bytes} and {@link words} are new then. False when the
   * system does not give so much.
   */
  grow(limitBytes: number): boolean {
    const limitCell = this.#firstCell + Math.floor(limitBytes / CELL_BYTES);
    if (limitCell <= this.#limitCell) return true;
    const memory = tryToReserve(limitCell * CELL_BYTES);
    if (memory === null) return false;
    const bytes = Buffer.from(memory);
    bytes.set(this.bytes.subarray(0, this.#untouchedCell * CELL_BYTES));
    const edges = new Uint32Array((limitCell >>> 5) + 1);
    edges.set(this.#freeEdges);
    this.bytes = bytes;
    this.words = new Int32Array(memory);
    this.#freeEdges = edges;
    this.#limitCell = limitCell;
    return true;
  }

  /**
   * Gives cells for so many bytes, the first `together` of them in one piece, and writes the item's words for its runs.
   * 0 when there is not enough.
   */
  allocate(byteCount: number, together: number): number {
    const cells = (byteCount + CELL_BYTES - 1) >>> CELL_SHIFT;
    const run = this.#take(cells);
    if (run === 0) return this.#gather(byteCount, together);
    this.words[run * CELL_WORDS + ITEM_RUN_NEXT_WORD] = 0;
    this.usedCells += cells;
    this.#sizes.countItem(cells, cells);
    return run;
  }

  /** Takes back an item that was allocated with so many bytes. */
  free(cell: number, byteCount: number): void {
    const cells = (byteCount + CELL_BYTES - 1) >>> CELL_SHIFT;
    this.#sizes.countItem(cells, -cells);
    if (this.words[cell * CELL_WORDS + ITEM_RUN_NEXT_WORD] === 0) this.#give(cell, cells);
    else this.#giveAll(cell);
  }

  /** Takes back an item that lies in several runs. */
  #giveAll(cell: number): void {
    const { words } = this;
    const at = cell * CELL_WORDS;
    let next = words[at + ITEM_RUN_NEXT_WORD];
    this.#give(cell, words[at + ITEM_RUN_CELLS_WORD]);
    while (next !== 0) {
      const run = next;
      next = words[run * CELL_WORDS + RUN_NEXT];
      this.#give(run, words[run * CELL_WORDS + RUN_CELLS]);
    }
  }

  /** The run after this further run of an item; 0 after the last. */
  nextRun(run: number): number {
    return this.words[run * CELL_WORDS + RUN_NEXT];
  }

  /** Bytes of an item that this further run holds. */
  runBytes(run: number): number {
    return this.words[run * CELL_WORDS + RUN_CELLS] * CELL_BYTES - RUN_HEADER_BYTES;
  }

  /** A run of exactly so many cells, or 0. */
  #take(cells: number): number {
    const bin = this.#binThatFits(cells);
    if (bin >= 0) return this.#split(this.#bins.head(bin), cells);
    if (this.#limitCell - this.#topCell < cells) return 0;
    return this.#takeTop(cells);
  }

  #takeTop(cells: number): number {
    const run = this.#topCell;
    this.#topCell += cells;
    if (this.#topCell > this.#untouchedCell) this.#untouchedCell = this.#topCell;
    return run;
  }

  /** Takes the front of a free run and leaves the rest free. */
  #split(run: number, cells: number): number {
    const left = this.words[run * CELL_WORDS + CELLS] - cells;
    this.#unlink(run);
    if (left > 0) this.#link(run + cells, left);
    return run;
  }

  /** Several runs for an item that fits nowhere in one piece. The item's first word behind its header says its cells. */
  #gather(byteCount: number, together: number): number {
    const free = this.limitCells - this.usedCells;
    // Each further run has a header, so a scattered item may need more than was asked for.
    if (free * CELL_BYTES < byteCount + CELL_BYTES) return 0;
    const extra = 4;
    let bytesLeft = byteCount + extra;
    const first = this.#takeLargest(bytesLeft);
    let runCells = this.#takenCells;
    if (first === 0) return 0;
    if (runCells * CELL_BYTES < together + extra) {
      this.#release(first, runCells);
      return 0;
    }
    const { words } = this;
    words[first * CELL_WORDS + ITEM_RUN_CELLS_WORD] = runCells;
    words[first * CELL_WORDS + ITEM_RUN_NEXT_WORD] = 0;
    this.usedCells += runCells;
    bytesLeft -= runCells * CELL_BYTES;
    let link = first * CELL_WORDS + ITEM_RUN_NEXT_WORD;
    while (bytesLeft > 0) {
      const run = this.#takeLargest(bytesLeft + RUN_HEADER_BYTES);
      if (run === 0) {
        this.#giveAll(first);
        return 0;
      }
      runCells = this.#takenCells;
      const at = run * CELL_WORDS;
      words[at + RUN_NEXT] = 0;
      words[at + RUN_CELLS] = runCells;
      words[link] = run;
      link = at + RUN_NEXT;
      this.usedCells += runCells;
      bytesLeft -= runCells * CELL_BYTES - RUN_HEADER_BYTES;
    }
    const cells = (byteCount + CELL_BYTES - 1) >>> CELL_SHIFT;
    this.#sizes.countItem(cells, cells);
    return first;
  }

  /** Cells that {@link #takeLargest} took. */
  #takenCells = 0;

  /** The longest free run, or as much of it as is wanted; 0 when nothing is free. */
  #takeLargest(byteCount: number): number {
    const wanted = (byteCount + CELL_BYTES - 1) >>> CELL_SHIFT;
    const top = this.#limitCell - this.#topCell;
    const bin = this.#bins.last();
    const run = bin < 0 ? 0 : this.#bins.head(bin);
    const cells = run === 0 ? 0 : this.words[run * CELL_WORDS + CELLS];
    if (cells === 0 && top === 0) return 0;
    if (top > cells) {
      this.#takenCells = Math.min(top, wanted);
      return this.#takeTop(this.#takenCells);
    }
    this.#takenCells = Math.min(cells, wanted);
    return this.#split(run, this.#takenCells);
  }

  #give(run: number, cells: number): void {
    this.usedCells -= cells;
    this.#release(run, cells);
  }

  /** Makes cells free and merges them with free neighbours. */
  #release(run: number, cells: number): void {
    const { words } = this;
    let start = run;
    let length = cells;
    if (run > this.#firstCell && this.#isFreeEdge(run - 1)) {
      const before = words[(run - 1) * CELL_WORDS + CELLS_AGAIN];
      start = run - before;
      length += before;
      this.#unlink(start);
    }
    const after = run + cells;
    if (after === this.#topCell) {
      this.#topCell = start;
      return;
    }
    if (this.#isFreeEdge(after)) {
      length += words[after * CELL_WORDS + CELLS];
      this.#unlink(after);
    }
    this.#link(start, length);
  }

  #link(run: number, cells: number): void {
    const { words } = this;
    const bin = binOf(cells);
    const at = run * CELL_WORDS;
    const head = this.#bins.head(bin);
    words[at + NEXT] = head;
    words[at + PREVIOUS] = 0;
    words[at + CELLS] = cells;
    const last = run + cells - 1;
    words[last * CELL_WORDS + CELLS_AGAIN] = cells;
    if (head !== 0) words[head * CELL_WORDS + PREVIOUS] = run;
    this.#bins.setHead(bin, run);
    this.#sizes.countFree(bin, cells);
    this.#freeEdges[run >>> 5] |= 1 << (run & 31);
    this.#freeEdges[last >>> 5] |= 1 << (last & 31);
  }

  #unlink(run: number): void {
    const { words } = this;
    const at = run * CELL_WORDS;
    const cells = words[at + CELLS];
    const next = words[at + NEXT];
    const previous = words[at + PREVIOUS];
    const bin = binOf(cells);
    if (next !== 0) words[next * CELL_WORDS + PREVIOUS] = previous;
    if (previous !== 0) words[previous * CELL_WORDS + NEXT] = next;
    else this.#bins.setHead(bin, next);
    this.#sizes.countFree(bin, -cells);
    const last = run + cells - 1;
    this.#freeEdges[run >>> 5] &= ~(1 << (run & 31));
    this.#freeEdges[last >>> 5] &= ~(1 << (last & 31));
  }

  #isFreeEdge(cell: number): boolean {
    return ((this.#freeEdges[cell >>> 5] >>> (cell & 31)) & 1) === 1;
  }

  /** The smallest bin in use all of whose runs have so many cells; −1 when there is none. */
  #binThatFits(cells: number): number {
    const own = binOf(cells);
    if (own < EXACT_BINS) return this.#bins.firstFrom(own);
    // In a bin of several sizes only the first run is looked at: enough to find one again that was just given back.
    const first = this.#bins.head(own);
    if (first !== 0 && this.words[first * CELL_WORDS + CELLS] >= cells) return own;
    return this.#bins.firstFrom(own + 1);
  }
}
