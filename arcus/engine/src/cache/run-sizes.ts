import { BINS, binOf } from "./run-bins.ts";

/** The largest items that together have more than this part of the memory in use are those that memory is kept for. */
const LARGEST_PART = 100;

/**
 * Counts the cells of items and of free runs by their size, so that it can be told how much of the free memory is in
 * pieces too short for the largest items, without a walk over either.
 */
export class RunSizes {
  readonly #items = new Int32Array(BINS);
  readonly #free = new Int32Array(BINS);

  countItem(cells: number, added: number): void {
    this.#items[binOf(cells)] += added;
  }

  countFree(bin: number, added: number): void {
    this.#free[bin] += added;
  }

  /**
   * Cells of free runs that are shorter than each of the largest items, which together have more than one hundredth of
   * the cells in use: such an item could lie in them only in pieces. Runs in one bin count as of one size.
   */
  tooShortCells(usedCells: number): number {
    const wanted = Math.floor(usedCells / LARGEST_PART) + 1;
    let bin = BINS;
    for (let cells = 0; bin > 0 && cells < wanted;) cells += this.#items[--bin];
    return this.#free.subarray(0, bin).reduce((sum, cells) => sum + cells, 0);
  }
}
