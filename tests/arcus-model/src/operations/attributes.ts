import { type Dice, keptMaxCount, maxCountNow } from "../dice.ts";
import { countOf, type Item, type Model } from "../model.ts";
import { lines, type Operation } from "../operation.ts";
import { bkeyText } from "./btree-model.ts";
import { setExpiry } from "./key-values.ts";

const ITEM_NAMES = ["type", "flags", "expiretime"];
const COLLECTION_NAMES = [...ITEM_NAMES, "count", "maxcount", "overflowaction", "readable"];
const BTREE_NAMES = [...COLLECTION_NAMES, "maxbkeyrange", "minbkey", "maxbkey", "trimmed"];
const TYPES = ["kv", "list", "set", "map", "b+tree"] as const;
/** A node's clock ticks once a second, and the model does not know when. */
const SECONDS_OFF_MAX = 3;

function getattr(dice: Dice): Operation {
  const key = dice.key(dice.pick(TYPES));
  const names = dice.oneIn(3) ? Array.from({ length: 1 + dice.below(3) }, () => dice.pick(COLLECTION_NAMES)) : [];
  return {
    keys: [key],
    line: ["getattr", key, ...names].join(" "),
    expect: (model, reply) => {
      const item = model.live(key);
      if (item === undefined) return lines("NOT_FOUND");
      const known = item.type === "kv" ? ITEM_NAMES : item.type === "b+tree" ? BTREE_NAMES : COLLECTION_NAMES;
      if (!names.every((name) => known.includes(name))) return lines("ATTR_ERROR not found");
      const asked = names.length === 0 ? known : names;
      return lines(...asked.map((name) => `ATTR ${name}=${valueOf(model, item, name, reply)}`), "END");
    },
  };
}

function valueOf(model: Model, item: Item, name: string, reply: string): string | number {
  if (name === "type") return item.type;
  if (name === "flags") return item.flags;
  if (name === "expiretime") return secondsLeft(model, item, reply);
  if (item.type === "kv") return "";
  if (name === "count") return countOf(item);
  if (name === "maxcount") return maxCountNow(item);
  if (name === "overflowaction") return item.overflowAction;
  if (name === "readable") return item.readable ? "on" : "off";
  if (item.type !== "b+tree") return "";
  if (name === "trimmed") return item.trimmed ? 1 : 0;
  if (name === "maxbkeyrange") return item.maxBkeyRange === null ? 0 : bkeyText(item.maxBkeyRange);
  const edge = item.elements.at(name === "minbkey" ? 0 : -1);
  return edge === undefined ? -1 : bkeyText(edge.bkey);
}

function secondsLeft(model: Model, item: Item, reply: string): number {
  if (item.expiresMs === null) return 0;
  const expected = Math.round((item.expiresMs - model.nowMs) / 1000);
  const shown = Number(/expiretime=(-?\d+)/.exec(reply)?.[1]);
  return Math.abs(shown - expected) <= SECONDS_OFF_MAX ? shown : expected;
}

function setattr(dice: Dice): Operation {
  const type = dice.pick(TYPES);
  const key = dice.key(type);
  const exptime = dice.oneIn(3) ? dice.exptime() : null;
  const maxCount = dice.oneIn(3) ? dice.below(9) : null;
  const action = dice.oneIn(3) ? dice.pick(["error", "head_trim", "tail_trim", "smallest_trim", "largest_trim"]) : null;
  const readable = dice.oneIn(3) || (exptime === null && maxCount === null && action === null);
  const words = [
    ...(exptime === null ? [] : [`expiretime=${exptime}`]),
    ...(maxCount === null ? [] : [`maxcount=${maxCount}`]),
    ...(action === null ? [] : [`overflowaction=${action}`]),
    ...(readable ? ["readable=on"] : []),
  ];
  return {
    keys: [key],
    line: `setattr ${key} ${words.join(" ")}`,
    expect: (model) => {
      const item = model.live(key);
      if (item === undefined) return lines("NOT_FOUND");
      if (item.type !== "kv") {
        const kept = maxCount === null ? item.maxCount : keptMaxCount(maxCount);
        if (maxCount !== null && kept > 0 && kept < countOf(item)) return lines("ATTR_ERROR bad value");
        if (action !== null && !actionsOf(item.type).includes(action)) return lines("ATTR_ERROR bad value");
        if (item.type === "b+tree" && action !== null && action !== item.overflowAction) item.trimmed = false;
        item.maxCount = kept;
        item.overflowAction = action ?? item.overflowAction;
        item.readable ||= readable;
      }
      if (exptime !== null) setExpiry(model, key, exptime);
      return lines("OK");
    },
  };
}

function actionsOf(type: Exclude<Item["type"], "kv">): string[] {
  if (type === "list") return ["error", "head_trim", "tail_trim"];
  return type === "b+tree" ? ["error", "smallest_trim", "largest_trim"] : ["error"];
}

function setMaxBkeyRange(dice: Dice): Operation {
  const key = dice.key("b+tree");
  const range = BigInt(dice.below(20));
  return {
    keys: [key],
    line: `setattr ${key} maxbkeyrange=${range}`,
    expect: (model) => {
      const item = model.live(key);
      if (item === undefined) return lines("NOT_FOUND");
      if (item.type !== "b+tree") return lines("OK");
      const [first, last] = [item.elements.at(0)?.bkey, item.elements.at(-1)?.bkey];
      if (range === 0n) {
        if (item.maxBkeyRange !== null && first === undefined) item.kind = null;
        item.maxBkeyRange = null;
        return lines("OK");
      }
      if (first !== undefined && last !== undefined) {
        if (typeof first === "string" || typeof last === "string") return lines("ATTR_ERROR bad value");
        if (last - first > range) return lines("ATTR_ERROR bad value");
      } else {
        item.kind = "number";
      }
      item.maxBkeyRange = range;
      return lines("OK");
    },
  };
}

/** Operations on attributes, each with its weight. */
export const attributeOperations = [
  [10, getattr],
  [6, setattr],
  [2, setMaxBkeyRange],
] as const;
