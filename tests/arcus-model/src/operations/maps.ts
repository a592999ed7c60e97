import { type Dice, maxCountNow } from "../dice.ts";
import type { MapItem } from "../model.ts";
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

const family: Family<MapItem> = {
  type: "map",
  command: "mop",
  actions: ["error"],
  make: (attributes, expiresMs) => ({ type: "map", ...baseOf(attributes, expiresMs, "error"), fields: new Map() }),
};

function insert(dice: Dice): Operation {
  const kind = dice.pick(["insert", "upsert"] as const);
  const key = dice.key("map");
  const field = dice.word();
  const value = dice.value();
  const { attributes, words } = createOption(dice, family);
  return {
    keys: [key],
    line: `mop ${kind} ${key} ${field} ${value.length}${words}`,
    data: value,
    modes: ["noreply", "pipe"],
    expect: (model) =>
      insertInto(model, key, family, attributes, ({ fields, ...map }) => {
        const isThere = fields.has(field);
        if (isThere && kind === "insert") return lines("ELEMENT_EXISTS");
        if (!isThere && fields.size >= maxCountNow(map)) return lines("OVERFLOWED");
        fields.set(field, value);
        return lines(isThere ? "REPLACED" : "STORED");
      }),
  };
}

function update(dice: Dice): Operation {
  const key = dice.key("map");
  const field = dice.word();
  const value = dice.value();
  return {
    keys: [key],
    line: `mop update ${key} ${field} ${value.length}`,
    data: value,
    modes: ["noreply", "pipe"],
    expect: (model) =>
      withItem(model, key, family, false, ({ fields }) => {
        if (!fields.has(field)) return lines("NOT_FOUND_ELEMENT");
        fields.set(field, value);
        return lines("UPDATED");
      }),
  };
}

/** Different fields, none for all. */
function drawFields(dice: Dice): string[] {
  return [...new Set(Array.from({ length: dice.below(4) }, () => dice.word()))];
}

function fieldsText(fields: readonly string[]): { words: string; data?: string } {
  const text = fields.join(" ");
  return fields.length === 0 ? { words: "0 0" } : { words: `${text.length} ${fields.length}`, data: text };
}

function get(dice: Dice): Operation {
  const key = dice.key("map");
  const fields = drawFields(dice);
  const removal = drawRemoval(dice);
  const { words, ...data } = fieldsText(fields);
  return {
    keys: [key],
    line: `mop get ${key} ${words}${removal}`,
    ...data,
    expect: (model, reply) =>
      withItem(model, key, family, true, (map) => {
        // The order of all is the node's own.
        const asked = fields.length > 0 ? fields : inOrderOf(reply, [...map.fields.keys()]);
        const found = asked.filter((field) => map.fields.has(field));
        if (found.length === 0) return lines("NOT_FOUND_ELEMENT");
        const shown = found.map((field) => `${field} ${map.fields.get(field)!.length} ${map.fields.get(field)}`);
        if (removal !== "") for (const field of found) map.fields.delete(field);
        const tail = removal === "" ? "END" : removed(model, key, map, removal === " drop");
        return lines(`VALUE ${map.flags} ${shown.length}`, ...shown, tail);
      }),
  };
}

function inOrderOf(reply: string, fields: readonly string[]): string[] {
  return fields.toSorted((a, b) => reply.indexOf(`\r\n${a} `) - reply.indexOf(`\r\n${b} `));
}

function remove(dice: Dice): Operation {
  const key = dice.key("map");
  const fields = drawFields(dice);
  const drop = dice.oneIn(3);
  const { words, ...data } = fieldsText(fields);
  return {
    keys: [key],
    line: `mop delete ${key} ${words}${drop ? " drop" : ""}`,
    ...data,
    modes: ["noreply", "pipe"],
    expect: (model) =>
      withItem(model, key, family, false, (map) => {
        const found = (fields.length > 0 ? fields : [...map.fields.keys()]).filter((field) => map.fields.has(field));
        if (found.length === 0) return lines("NOT_FOUND_ELEMENT");
        for (const field of found) map.fields.delete(field);
        return lines(removed(model, key, map, drop));
      }),
  };
}

/** Operations on maps, each with its weight. */
export const mapOperations = [
  [4, createOf(family)],
  [30, insert],
  [10, update],
  [20, get],
  [8, remove],
] as const;
