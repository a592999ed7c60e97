import type { Dice } from "../dice.ts";
import type { BtreeElement, BtreeItem, Model } from "../model.ts";
import { lines, type Operation } from "../operation.ts";
import { bkeyText, drawBkey, family, isMismatch } from "./btree-model.ts";
import { drawFilter, drawRange, elementText, type Filter, type Range, select } from "./btree-ranges.ts";
import { drawRemoval, removed, withItem } from "./collections.ts";

function get(dice: Dice): Operation {
  const key = dice.key("b+tree");
  const range = drawRange(dice, key);
  const filter = drawFilter(dice);
  const count = dice.oneIn(2) ? 0 : 1 + dice.below(5);
  const offset = count > 0 && dice.oneIn(3) ? dice.below(4) : 0;
  const limit = count === 0 ? "" : offset > 0 ? ` ${offset} ${count}` : ` ${count}`;
  const removal = drawRemoval(dice);
  return {
    keys: [key],
    line: `bop get ${key} ${range.text}${filter.words}${limit}${removal}`,
    expect: (model) =>
      withItem(model, key, family, true, (tree) => {
        if (offset >= tree.elements.length) return lines("NOT_FOUND_ELEMENT");
        if (isMismatch(tree, range.from)) return lines("BKEY_MISMATCH");
        // One bkey has no second match to skip to.
        const { found, reachesTrimmed } = select(tree, range, filter, offset, count);
        if (found.length === 0) return lines(reachesTrimmed ? "OUT_OF_RANGE" : "NOT_FOUND_ELEMENT");
        let tail = reachesTrimmed ? "TRIMMED" : "END";
        if (removal !== "") {
          tree.elements = tree.elements.filter((element) => !found.includes(element));
          tail = removed(model, key, tree, removal === " drop");
        }
        return lines(`VALUE ${tree.flags} ${found.length}`, ...found.map(elementText), tail);
      }),
  };
}

function count(dice: Dice): Operation {
  const key = dice.key("b+tree");
  const range = drawRange(dice, key);
  const filter = drawFilter(dice);
  return {
    keys: [key],
    line: `bop count ${key} ${range.text}${filter.words}`,
    expect: (model) =>
      withItem(model, key, family, true, (tree) =>
        isMismatch(tree, range.from)
          ? lines("BKEY_MISMATCH")
          : lines(`COUNT=${select(tree, range, filter, 0, 0).found.length}`),
      ),
  };
}

/** A tree's elements as positions count them. */
function ordered(tree: BtreeItem, order: "asc" | "desc"): BtreeElement[] {
  return order === "asc" ? tree.elements : tree.elements.toReversed();
}

function position(dice: Dice): Operation {
  const key = dice.key("b+tree");
  const bkey = drawBkey(dice, key);
  const order = dice.pick(["asc", "desc"] as const);
  const around = dice.oneIn(2) ? dice.below(4) : null;
  return {
    keys: [key],
    line:
      around === null
        ? `bop position ${key} ${bkeyText(bkey)} ${order}`
        : `bop pwg ${key} ${bkeyText(bkey)} ${order}${around === 0 ? "" : ` ${around}`}`,
    expect: (model) =>
      withItem(model, key, family, true, (tree) => {
        if (tree.elements.length === 0) return lines("NOT_FOUND_ELEMENT");
        if (isMismatch(tree, bkey)) return lines("BKEY_MISMATCH");
        const elements = ordered(tree, order);
        const place = elements.findIndex((element) => element.bkey === bkey);
        if (place < 0) return lines("NOT_FOUND_ELEMENT");
        if (around === null) return lines(`POSITION=${place}`);
        const first = Math.max(place - around, 0);
        const shown = elements.slice(first, place + around + 1);
        return lines(`VALUE ${place} ${tree.flags} ${shown.length} ${place - first}`, ...shown.map(elementText), "END");
      }),
  };
}

function getByPosition(dice: Dice): Operation {
  const key = dice.key("b+tree");
  const order = dice.pick(["asc", "desc"] as const);
  const from = dice.below(9);
  const to = dice.oneIn(2) ? from : dice.below(9);
  return {
    keys: [key],
    line: `bop gbp ${key} ${order} ${from === to ? from : `${from}..${to}`}`,
    expect: (model) =>
      withItem(model, key, family, true, (tree) => {
        const elements = ordered(tree, order);
        const found = elements.slice(Math.min(from, to), Math.max(from, to) + 1);
        if (from > to) found.reverse();
        if (found.length === 0) return lines("NOT_FOUND_ELEMENT");
        return lines(`VALUE ${tree.flags} ${found.length}`, ...found.map(elementText), "END");
      }),
  };
}

/** Different keys of b+trees, some of them other items. */
function drawKeys(dice: Dice): string[] {
  return [...new Set(Array.from({ length: 1 + dice.below(3) }, () => dice.key("b+tree")))];
}

function getOfMany(dice: Dice): Operation {
  const keys = drawKeys(dice);
  const range = drawRange(dice, keys[0]!);
  const filter = drawFilter(dice);
  const limit = 1 + dice.below(5);
  const offset = dice.oneIn(3) ? dice.below(3) : 0;
  const text = keys.join(" ");
  return {
    keys,
    line: `bop mget ${text.length} ${keys.length} ${range.text}${filter.words}${offset > 0 ? ` ${offset}` : ""} ${limit}`,
    data: text,
    expect: (model) => keys.map((key) => shownOf(model, key, range, filter, offset, limit)).join("") + lines("END"),
  };
}

function shownOf(model: Model, key: string, range: Range, filter: Filter, offset: number, limit: number): string {
  const item = model.live(key);
  if (item === undefined) return lines(`VALUE ${key} NOT_FOUND`);
  if (item.type !== "b+tree") return lines(`VALUE ${key} TYPE_MISMATCH`);
  if (!item.readable) return lines(`VALUE ${key} UNREADABLE`);
  if (offset >= item.elements.length) return lines(`VALUE ${key} NOT_FOUND_ELEMENT`);
  if (isMismatch(item, range.from)) return lines(`VALUE ${key} BKEY_MISMATCH`);
  const { found, reachesTrimmed } = select(item, range, filter, offset, limit);
  if (found.length === 0) return lines(`VALUE ${key} ${reachesTrimmed ? "OUT_OF_RANGE" : "NOT_FOUND_ELEMENT"}`);
  const head = `VALUE ${key} ${reachesTrimmed ? "TRIMMED" : "OK"} ${item.flags} ${found.length}`;
  return lines(head, ...found.map((element) => `ELEMENT ${elementText(element)}`));
}

function sortedOfMany(dice: Dice): Operation {
  const keys = drawKeys(dice);
  const range = drawRange(dice, keys[0]!);
  const filter = drawFilter(dice);
  const limit = 1 + dice.below(8);
  const mode = dice.pick(["duplicate", "unique"] as const);
  const text = keys.join(" ");
  return {
    keys,
    line: `bop smget ${text.length} ${keys.length} ${range.text}${filter.words} ${limit} ${mode}`,
    data: text,
    expect: (model, reply) => {
      const missed: string[] = [];
      const found: { key: string; flags: number; element: BtreeElement }[] = [];
      for (const key of keys) {
        const item = model.live(key);
        if (item === undefined) missed.push(`${key} NOT_FOUND`);
        else if (item.type !== "b+tree") return lines("TYPE_MISMATCH");
        else if (!item.readable) missed.push(`${key} UNREADABLE`);
        else if (item.elements.length === 0) continue;
        else if (isMismatch(item, range.from)) return lines("BKEY_MISMATCH");
        // What a trim hides from a merge of many is too much for so simple a model.
        else if (item.trimmed) return reply;
        else {
          const { flags } = item;
          found.push(...select(item, range, filter, 0, 0).found.map((element) => ({ key, flags, element })));
        }
      }
      const direction = range.to === null || range.from < range.to ? 1 : -1;
      found.sort((a, b) => {
        if (a.element.bkey !== b.element.bkey) return a.element.bkey < b.element.bkey ? -direction : direction;
        return a.key < b.key ? -direction : direction;
      });
      const isRepeated = (i: number): boolean => i > 0 && found[i - 1]!.element.bkey === found[i]!.element.bkey;
      const chosen = found.filter((_, i) => mode === "duplicate" || !isRepeated(i)).slice(0, limit);
      const isDuplicated = chosen.some((_, i) => mode === "duplicate" && isRepeated(i));
      return lines(
        `ELEMENTS ${chosen.length}`,
        ...chosen.map(({ key, flags, element }) => `${key} ${flags} ${elementText(element)}`),
        `MISSED_KEYS ${missed.length}`,
        ...missed,
        "TRIMMED_KEYS 0",
        isDuplicated ? "DUPLICATED" : "END",
      );
    },
  };
}

/** Operations that read b+trees, each with its weight. */
export const btreeReads = [
  [24, get],
  [6, count],
  [10, position],
  [6, getByPosition],
  [6, getOfMany],
  [8, sortedOfMany],
] as const;
