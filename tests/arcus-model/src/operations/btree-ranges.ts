import type { Dice } from "../dice.ts";
import type { Bkey, BtreeElement, BtreeItem } from "../model.ts";
import { bkeyText, drawBkey, kindOf } from "./btree-model.ts";

/** One bkey (`to` is null) or all from one to the other. */
export interface Range {
  readonly text: string;
  readonly from: Bkey;
  readonly to: Bkey | null;
}

export function drawRange(dice: Dice, key: string): Range {
  const from = drawBkey(dice, key);
  const to = drawBkey(dice, key);
  const isSingle = from === to || kindOf(from) !== kindOf(to) || dice.oneIn(3);
  return isSingle ? { text: bkeyText(from), from, to: null } : { text: `${bkeyText(from)}..${bkeyText(to)}`, from, to };
}

/** Chooses elements by their eflag. */
export interface Filter {
  readonly words: string;
  readonly matches: (element: BtreeElement) => boolean;
}

const COMPARISONS = {
  EQ: (a: string, b: string) => a === b,
  NE: (a: string, b: string) => a !== b,
  LT: (a: string, b: string) => a < b,
  LE: (a: string, b: string) => a <= b,
  GT: (a: string, b: string) => a > b,
  GE: (a: string, b: string) => a >= b,
};

const BIT_OPERATIONS = {
  "&": (a: number, b: number) => a & b,
  "|": (a: number, b: number) => a | b,
  "^": (a: number, b: number) => a ^ b,
};

const NO_FILTER: Filter = { words: "", matches: () => true };

export function drawFilter(dice: Dice): Filter {
  if (!dice.oneIn(3)) return NO_FILTER;
  const offset = dice.below(2);
  const comparison = dice.pick(Object.keys(COMPARISONS) as (keyof typeof COMPARISONS)[]);
  const isMany = (comparison === "EQ" || comparison === "NE") && dice.oneIn(2);
  const values = Array.from({ length: isMany ? 2 : 1 }, () => `0${dice.below(4)}`);
  const bits = dice.oneIn(3) ? dice.pick(Object.keys(BIT_OPERATIONS) as (keyof typeof BIT_OPERATIONS)[]) : null;
  const operand = dice.below(4);
  const bitWords = bits === null ? "" : ` ${bits} 0x0${operand}`;
  return {
    words: ` ${offset}${bitWords} ${comparison} ${values.map((value) => `0x${value}`).join(",")}`,
    matches: ({ eflag }) => {
      const byte = eflag.slice(offset * 2, offset * 2 + 2);
      if (byte === "") return comparison === "NE";
      const compared = bits === null ? byte : hexByte(BIT_OPERATIONS[bits](Number.parseInt(byte, 16), operand));
      if (!isMany) return COMPARISONS[comparison](compared, values[0]!);
      return values.includes(compared) === (comparison === "EQ");
    },
  };
}

function hexByte(value: number): string {
  return value.toString(16).padStart(2, "0").toUpperCase();
}

/** The elements of a range in its direction, and whether it reaches into what was trimmed. */
export function select(
  tree: BtreeItem,
  { from, to }: Range,
  filter: Filter,
  offset: number,
  count: number,
): { found: BtreeElement[]; reachesTrimmed: boolean } {
  const { elements } = tree;
  if (elements.length === 0) return { found: [], reachesTrimmed: false };
  const isAscending = to === null || from < to;
  const inRange =
    to === null
      ? elements.filter(({ bkey }) => bkey === from)
      : elements.filter(({ bkey }) => (isAscending ? bkey >= from && bkey <= to : bkey <= from && bkey >= to));
  if (!isAscending) inRange.reverse();
  const matching = inRange.filter(filter.matches);
  const found = matching.slice(offset, count === 0 ? undefined : offset + count);
  const isCutShort = count > 0 && found.length === count;
  return { found, reachesTrimmed: tree.trimmed && isCutByTrim(tree, { from, to }, isCutShort, inRange.length === 1) };
}

/**
 * A trim took what lies beyond one edge. A range reaches that when it begins there, or when the walk runs off the edge:
 * the walk knows its end by the bkey, except that of the element where it began (coll_btree.c, do_btree_elem_get).
 */
function isCutByTrim(
  { elements, overflowAction }: BtreeItem,
  { from, to }: Pick<Range, "from" | "to">,
  isCutShort: boolean,
  isOne: boolean,
): boolean {
  const first = elements[0]!.bkey;
  const last = elements.at(-1)!.bkey;
  const runsOff = (edge: Bkey, isBeyond: boolean): boolean => !isCutShort && (isBeyond || (isOne && to === edge));
  if (overflowAction === "smallest_trim") {
    if (from < first) return true;
    return to !== null && to < from && runsOff(first, to < first);
  }
  if (overflowAction !== "largest_trim") return false;
  if (from > last) return true;
  return to !== null && to > from && runsOff(last, to > last);
}

/** `<bkey> [<eflag>] <bytes> <value>`. */
export function elementText({ bkey, eflag, value }: BtreeElement): string {
  return `${bkeyText(bkey)}${eflag === "" ? "" : ` 0x${eflag}`} ${value.length} ${value}`;
}
