import { type Dice, maxCountNow } from "../dice.ts";
import type { ListItem, Model } from "../model.ts";
import { lines, type Operation } from "../operation.ts";
import {
  baseOf,
  createOf,
  createOption,
  drawRemoval,
  type Family,
  insertInto,
  removed,
  withItem,
} from "./collections.ts";

const family: Family<ListItem> = {
  type: "list",
  command: "lop",
  actions: ["error", "head_trim", "tail_trim"],
  make: (attributes, expiresMs) => ({ type: "list", ...baseOf(attributes, expiresMs, "tail_trim"), values: [] }),
};

function drawIndex(dice: Dice): number {
  return dice.weighted([
    [3, 0],
    [3, -1],
    [4, dice.below(14) - 7],
  ]);
}

function insert(dice: Dice): Operation {
  const key = dice.key("list");
  const index = drawIndex(dice);
  const value = dice.value();
  const { attributes, words } = createOption(dice, family);
  return {
    keys: [key],
    line: `lop insert ${key} ${index} ${value.length}${words}`,
    data: value,
    modes: ["noreply", "pipe"],
    expect: (model) =>
      insertInto(model, key, family, attributes, (list) => {
        const max = maxCountNow(list);
        const { values } = list;
        const distance = index >= 0 ? index : -index - 1;
        if (distance > values.length || distance > max - 1) return lines("OUT_OF_RANGE");
        const isFull = values.length >= max;
        if (isFull && list.overflowAction === "error") return lines("OVERFLOWED");
        let at = index;
        if (isFull) {
          const fromHead = index === -1 || (index !== 0 && list.overflowAction === "head_trim");
          if (fromHead) values.shift();
          else values.pop();
          if (index > 0 && fromHead) at -= 1;
          if (index < -1 && !fromHead) at += 1;
        }
        values.splice(at < 0 ? Math.max(at + values.length + 1, 0) : at, 0, value);
        return lines("STORED");
      }),
  };
}

/** The greatest index that a request may have. */
const FAR = 0x7fff_ffff;

interface Range {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

function drawRange(dice: Dice): Range {
  const from = drawIndex(dice);
  if (dice.oneIn(2)) return { text: String(from), from, to: from };
  const to = dice.oneIn(8) ? dice.pick([-FAR - 1, FAR]) : drawIndex(dice);
  return { text: `${from}..${to}`, from, to };
}

/** The places of a range, in its direction. */
function placesOf(values: readonly string[], { from, to }: Range): number[] {
  const [first, last] = [from, to].map((index) => (index < 0 ? index + values.length : index)) as [number, number];
  const isOutside = (first < 0 && last < 0) || (first >= values.length && last >= values.length);
  if (values.length === 0 || isOutside) return [];
  const places = values.map((_, i) => i).filter((i) => i >= Math.min(first, last) && i <= Math.max(first, last));
  return first <= last ? places : places.toReversed();
}

function takeOut(list: ListItem, places: readonly number[]): void {
  list.values = list.values.filter((_, i) => !places.includes(i));
}

function get(dice: Dice): Operation {
  const key = dice.key("list");
  const range = drawRange(dice);
  const removal = drawRemoval(dice);
  return {
    keys: [key],
    line: `lop get ${key} ${range.text}${removal}`,
    expect: (model) =>
      withItem(model, key, family, true, (list) => {
        const places = placesOf(list.values, range);
        if (places.length === 0) return lines("NOT_FOUND_ELEMENT");
        const shown = places.map((place) => list.values[place]!).map((value) => `${value.length} ${value}`);
        if (removal !== "") takeOut(list, places);
        const tail = removal === "" ? "END" : removed(model, key, list, removal === " drop");
        return lines(`VALUE ${list.flags} ${shown.length}`, ...shown, tail);
      }),
  };
}

function remove(dice: Dice): Operation {
  const key = dice.key("list");
  const range = drawRange(dice);
  const drop = dice.oneIn(3);
  return {
    keys: [key],
    line: `lop delete ${key} ${range.text}${drop ? " drop" : ""}`,
    modes: ["noreply", "pipe"],
    expect: (model: Model) =>
      withItem(model, key, family, false, (list) => {
        const places = placesOf(list.values, range);
        if (places.length === 0) return lines("NOT_FOUND_ELEMENT");
        takeOut(list, places);
        return lines(removed(model, key, list, drop));
      }),
  };
}

/** Operations on lists, each with its weight. */
export const listOperations = [
  [5, createOf(family)],
  [30, insert],
  [20, get],
  [8, remove],
] as const;
