import { type Dice, maxCountNow } from "../dice.ts";
import type { SetItem } from "../model.ts";
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

const family: Family<SetItem> = {
  type: "set",
  command: "sop",
  actions: ["error"],
  make: (attributes, expiresMs) => ({ type: "set", ...baseOf(attributes, expiresMs, "error"), values: new Set() }),
};

function insert(dice: Dice): Operation {
  const key = dice.key("set");
  const value = dice.oneIn(5) ? dice.value() : dice.word();
  const { attributes, words } = createOption(dice, family);
  return {
    keys: [key],
    line: `sop insert ${key} ${value.length}${words}`,
    data: value,
    modes: ["noreply", "pipe"],
    expect: (model) =>
      insertInto(model, key, family, attributes, ({ values, ...set }) => {
        if (values.size >= maxCountNow(set)) return lines("OVERFLOWED");
        if (values.has(value)) return lines("ELEMENT_EXISTS");
        values.add(value);
        return lines("STORED");
      }),
  };
}

function remove(dice: Dice): Operation {
  const key = dice.key("set");
  const value = dice.word();
  const drop = dice.oneIn(3);
  return {
    keys: [key],
    line: `sop delete ${key} ${value.length}${drop ? " drop" : ""}`,
    data: value,
    modes: ["noreply", "pipe"],
    expect: (model) =>
      withItem(model, key, family, false, (set) =>
        lines(set.values.delete(value) ? removed(model, key, set, drop) : "NOT_FOUND_ELEMENT"),
      ),
  };
}

function exist(dice: Dice): Operation {
  const key = dice.key("set");
  const value = dice.word();
  return {
    keys: [key],
    line: `sop exist ${key} ${value.length}`,
    data: value,
    modes: ["pipe"],
    expect: (model) =>
      withItem(model, key, family, true, ({ values }) => lines(values.has(value) ? "EXIST" : "NOT_EXIST")),
  };
}

function get(dice: Dice): Operation {
  const key = dice.key("set");
  const count = dice.below(7);
  const removal = drawRemoval(dice);
  return {
    keys: [key],
    line: `sop get ${key} ${count}${removal}`,
    expect: (model, reply) =>
      withItem(model, key, family, true, (set) => {
        if (set.values.size === 0) return lines("NOT_FOUND_ELEMENT");
        const size = count === 0 ? set.values.size : Math.min(count, set.values.size);
        // Which values and in which order is the node's choice.
        const head = lines(`VALUE ${set.flags} ${size}`);
        const values = reply.startsWith(head) ? readValues(reply.slice(head.length), size) : null;
        if (values === null || new Set(values).size !== size || !values.every((value) => set.values.has(value))) {
          return `${head}<${size} different values of ${[...set.values].join()}>`;
        }
        if (removal !== "") for (const value of values) set.values.delete(value);
        const tail = removal === "" ? "END" : removed(model, key, set, removal === " drop");
        return head + lines(...values.map((value) => `${value.length} ${value}`), tail);
      }),
  };
}

/** Reads so many `<bytes> <value>` lines; null when they are not that. */
function readValues(text: string, count: number): string[] | null {
  const values: string[] = [];
  let rest = text;
  for (let i = 0; i < count; i++) {
    const length = /^\d+ /.exec(rest)?.[0];
    if (length === undefined) return null;
    const end = length.length + Number(length);
    if (rest.slice(end, end + 2) !== "\r\n") return null;
    values.push(rest.slice(length.length, end));
    rest = rest.slice(end + 2);
  }
  return values;
}

/** Operations on sets, each with its weight. */
export const setOperations = [
  [4, createOf(family)],
  [30, insert],
  [8, remove],
  [8, exist],
  [14, get],
] as const;
