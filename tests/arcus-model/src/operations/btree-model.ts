import { type Dice, maxCountNow } from "../dice.ts";
import type { Bkey, BtreeElement, BtreeItem } from "../model.ts";
import { baseOf, type Family } from "./collections.ts";

export const family: Family<BtreeItem> = {
  type: "b+tree",
  command: "bop",
  actions: ["error", "smallest_trim", "largest_trim", "smallest_silent_trim", "largest_silent_trim"],
  make: (attributes, expiresMs) => ({
    type: "b+tree",
    ...baseOf(attributes, expiresMs, "smallest_trim"),
    elements: [],
    kind: null,
    maxBkeyRange: null,
    trimmed: false,
  }),
};

const BKEYS = 24;

/** A bkey of the kind that trees under this key mostly have. */
export function drawBkey(dice: Dice, key: string): Bkey {
  const isBytes = /[25]$/.test(key) !== dice.oneIn(40);
  const n = dice.below(BKEYS);
  return isBytes ? `0${(n % 8).toString(16)}${n >= 8 ? "FF" : ""}`.toUpperCase() : BigInt(n);
}

/** A bkey as requests and replies write it. */
export function bkeyText(bkey: Bkey): string {
  return typeof bkey === "string" ? `0x${bkey}` : String(bkey);
}

export function kindOf(bkey: Bkey): "number" | "bytes" {
  return typeof bkey === "string" ? "bytes" : "number";
}

/** An eflag of two digits a byte, or none. */
export function drawEflag(dice: Dice): string {
  return dice.weighted([
    [3, ""],
    [3, `0${dice.below(4)}`],
    [2, `0${dice.below(4)}0${dice.below(3)}`],
  ]);
}

/** Whether a tree refuses bkeys of this kind. */
export function isMismatch(tree: BtreeItem, bkey: Bkey): boolean {
  return tree.kind !== null && tree.kind !== kindOf(bkey);
}

/** Puts an element in, and trims. @param trimmed takes the element that gave way for the number of them */
export function insertElement(
  tree: BtreeItem,
  element: BtreeElement,
  replaces: boolean,
  trimmed: BtreeElement[] = [],
): "STORED" | "REPLACED" | "ELEMENT_EXISTS" | "BKEY_MISMATCH" | "OUT_OF_RANGE" | "OVERFLOWED" {
  const { elements, overflowAction: action } = tree;
  if ((elements.length > 0 || tree.maxBkeyRange !== null) && isMismatch(tree, element.bkey)) return "BKEY_MISMATCH";
  const same = elements.findIndex(({ bkey }) => bkey === element.bkey);
  if (same >= 0) {
    if (!replaces) return "ELEMENT_EXISTS";
    elements[same] = element;
    return "REPLACED";
  }
  const [first, last] = [elements.at(0), elements.at(-1)];
  const trimsSmallest = action.startsWith("smallest");
  const trimsLargest = action.startsWith("largest");
  let trims: "none" | "range" | "count" = "none";
  if (first !== undefined && last !== undefined) {
    const isBelow = element.bkey < first.bkey;
    const isAbove = element.bkey > last.bkey;
    if (tree.maxBkeyRange !== null && (isBelow || isAbove)) {
      const distance = isBelow ? distanceOf(last.bkey, element.bkey) : distanceOf(element.bkey, first.bkey);
      if (distance > distanceOf(tree.maxBkeyRange, "")) {
        if (isBelow ? !trimsLargest : !trimsSmallest) return "OUT_OF_RANGE";
        trims = "range";
      }
    }
    if (trims === "none" && elements.length >= maxCountNow(tree)) {
      if (action === "error") return "OVERFLOWED";
      if (trimsSmallest ? isBelow : isAbove) {
        if (isLoud(action)) tree.trimmed = true;
        return "OUT_OF_RANGE";
      }
      trims = "count";
    }
  } else {
    tree.kind = kindOf(element.bkey);
  }
  elements.push(element);
  elements.sort((a, b) => (a.bkey < b.bkey ? -1 : 1));
  if (trims === "count") trimmed.push((trimsSmallest ? elements.shift() : elements.pop())!);
  if (trims === "range") {
    const max = distanceOf(tree.maxBkeyRange!, "");
    tree.elements = elements.filter(
      ({ bkey }) => (trimsSmallest ? distanceOf(element.bkey, bkey) : distanceOf(bkey, element.bkey)) <= max,
    );
  }
  if (trims !== "none" && isLoud(action)) tree.trimmed = trims === "count";
  return "STORED";
}

function isLoud(action: string): boolean {
  return action === "smallest_trim" || action === "largest_trim";
}

/** Numbers differ as numbers; bytes as numbers of 31 bytes of which these come first. */
function distanceOf(greater: Bkey, less: Bkey): bigint {
  return asNumber(greater) - asNumber(less);
}

function asNumber(bkey: Bkey): bigint {
  return typeof bkey === "string" ? BigInt(`0x${bkey.padEnd(62, "0")}`) : bkey;
}
