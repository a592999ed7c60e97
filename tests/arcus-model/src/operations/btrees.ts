import type { Dice } from "../dice.ts";
import type { BtreeElement } from "../model.ts";
import { lines, type Operation } from "../operation.ts";
import { bkeyText, drawBkey, drawEflag, family, insertElement, isMismatch } from "./btree-model.ts";
import { drawFilter, drawRange, elementText, select } from "./btree-ranges.ts";
import { leadingNumber } from "./key-values.ts";
import { createOf, createOption, insertInto, removed, withItem } from "./collections.ts";

const UINT64 = 2n ** 64n;

function insert(dice: Dice): Operation {
  const kind = dice.pick(["insert", "upsert"] as const);
  const key = dice.key("b+tree");
  const element: BtreeElement = {
    bkey: drawBkey(dice, key),
    eflag: drawEflag(dice),
    value: dice.oneIn(3) ? String(dice.below(1000)) : dice.value(),
  };
  const { attributes, words } = createOption(dice, family);
  const getsTrimmed = dice.oneIn(5);
  const { bkey, eflag, value } = element;
  return {
    keys: [key],
    line: `bop ${kind} ${key} ${bkeyText(bkey)}${eflag === "" ? "" : ` 0x${eflag}`} ${value.length}${words}${getsTrimmed ? " getrim" : ""}`,
    data: value,
    ...(getsTrimmed ? {} : { modes: ["noreply", "pipe"] as const }),
    expect: (model) =>
      insertInto(model, key, family, attributes, (tree) => {
        const trimmed: BtreeElement[] = [];
        const reply = lines(insertElement(tree, element, kind === "upsert", trimmed));
        if (!getsTrimmed || trimmed.length === 0) return reply;
        return lines(`VALUE ${tree.flags} 1`, elementText(trimmed[0]!), "TRIMMED");
      }),
  };
}

const BITS = {
  "&": (a: number, b: number) => a & b,
  "|": (a: number, b: number) => a | b,
  "^": (a: number, b: number) => a ^ b,
};

function update(dice: Dice): Operation {
  const key = dice.key("b+tree");
  const bkey = drawBkey(dice, key);
  const value = dice.oneIn(3) ? null : dice.value();
  const change = dice.pick(["none", "set", "bits", "delete"] as const);
  const eflag = `0${dice.below(4)}`;
  const offset = dice.below(2);
  const bits = dice.pick(Object.keys(BITS) as (keyof typeof BITS)[]);
  const words = { none: "", set: ` 0x${eflag}`, bits: ` ${offset} ${bits} 0x${eflag}`, delete: " 0" }[change];
  return {
    keys: [key],
    line: `bop update ${key} ${bkeyText(bkey)}${words} ${value === null ? -1 : value.length}`,
    ...(value === null ? {} : { data: value }),
    // Without anything to do it is refused, which breaks a pipe off.
    ...(value === null && change === "none" ? {} : { modes: ["noreply", "pipe"] as const }),
    expect: (model) => {
      if (value === null && change === "none") return lines("NOTHING_TO_UPDATE");
      return withItem(model, key, family, false, (tree) => {
        if (tree.elements.length > 0 && isMismatch(tree, bkey)) return lines("BKEY_MISMATCH");
        const place = tree.elements.findIndex((element) => element.bkey === bkey);
        const old = tree.elements[place];
        if (old === undefined) return lines("NOT_FOUND_ELEMENT");
        let changed = { none: old.eflag, set: eflag, bits: old.eflag, delete: "" }[change];
        if (change === "bits") {
          const byte = old.eflag.slice(offset * 2, offset * 2 + 2);
          if (byte === "") return lines("EFLAG_MISMATCH");
          const result = BITS[bits](Number.parseInt(byte, 16), Number.parseInt(eflag, 16));
          const hex = result.toString(16).padStart(2, "0").toUpperCase();
          changed = old.eflag.slice(0, offset * 2) + hex + old.eflag.slice(offset * 2 + 2);
        }
        tree.elements[place] = { bkey, eflag: changed, value: value ?? old.value };
        return lines("UPDATED");
      });
    },
  };
}

function remove(dice: Dice): Operation {
  const key = dice.key("b+tree");
  const range = drawRange(dice, key);
  const filter = drawFilter(dice);
  const count = dice.oneIn(2) ? 0 : 1 + dice.below(4);
  const drop = dice.oneIn(3);
  return {
    keys: [key],
    line: `bop delete ${key} ${range.text}${filter.words}${count === 0 ? "" : ` ${count}`}${drop ? " drop" : ""}`,
    modes: ["noreply", "pipe"],
    expect: (model) =>
      withItem(model, key, family, false, (tree) => {
        if (tree.elements.length === 0) return lines("NOT_FOUND_ELEMENT");
        if (isMismatch(tree, range.from)) return lines("BKEY_MISMATCH");
        const { found } = select(tree, range, filter, 0, count);
        if (found.length === 0) return lines("NOT_FOUND_ELEMENT");
        tree.elements = tree.elements.filter((element) => !found.includes(element));
        return lines(removed(model, key, tree, drop));
      }),
  };
}

function arithmetic(dice: Dice): Operation {
  const kind = dice.pick(["incr", "decr"] as const);
  const key = dice.key("b+tree");
  const bkey = drawBkey(dice, key);
  const delta = BigInt(1 + dice.below(200));
  const initial = dice.oneIn(2) ? dice.below(100) : null;
  const eflag = initial === null ? "" : drawEflag(dice);
  const option = initial === null ? "" : ` ${initial}${eflag === "" ? "" : ` 0x${eflag}`}`;
  return {
    keys: [key],
    line: `bop ${kind} ${key} ${bkeyText(bkey)} ${delta}${option}`,
    expect: (model, reply) =>
      withItem(model, key, family, false, (tree) => {
        const { elements } = tree;
        if ((elements.length > 0 || tree.maxBkeyRange !== null) && isMismatch(tree, bkey))
          return lines("BKEY_MISMATCH");
        const place = elements.findIndex((element) => element.bkey === bkey);
        const old = elements[place];
        if (old === undefined) {
          if (initial === null) return lines("NOT_FOUND_ELEMENT");
          const outcome = insertElement(tree, { bkey, eflag, value: String(initial) }, false);
          return lines(outcome === "STORED" ? String(initial) : outcome);
        }
        const number = old.value === "" ? null : leadingNumber(old.value, reply);
        if (number === null) return lines("CLIENT_ERROR cannot increment or decrement non-numeric value");
        if (typeof number === "string") {
          elements[place] = { ...old, value: number };
          return reply;
        }
        const sum = number + (kind === "incr" ? delta : -delta);
        const value = String(sum < 0n ? 0n : sum % UINT64);
        elements[place] = { ...old, value };
        return lines(value);
      }),
  };
}

/** Operations that change b+trees, each with its weight. */
export const btreeOperations = [
  [5, createOf(family)],
  [34, insert],
  [10, update],
  [8, remove],
  [6, arithmetic],
] as const;
