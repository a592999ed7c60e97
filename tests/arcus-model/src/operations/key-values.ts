import type { Dice } from "../dice.ts";
import type { KeyValueItem, Model } from "../model.ts";
import { lines, type Operation } from "../operation.ts";

const UINT64 = 2n ** 64n;

function store(dice: Dice): Operation {
  const kind = dice.weighted([
    [5, "set"],
    [2, "add"],
    [2, "replace"],
    [2, "append"],
    [2, "prepend"],
  ] as const);
  const key = dice.key("kv");
  const flags = dice.flags();
  const exptime = dice.exptime();
  const value = dice.oneIn(3) ? String(dice.below(1_000_000)) : dice.value();
  return {
    keys: [key],
    line: `${kind} ${key} ${flags} ${exptime} ${value.length}`,
    data: value,
    modes: ["noreply"],
    expect: (model) => {
      const old = model.live(key);
      if (old !== undefined && old.type !== "kv") return lines("TYPE_MISMATCH");
      if (kind === "add" ? old !== undefined : kind !== "set" && old === undefined) return lines("NOT_STORED");
      if (old !== undefined && (kind === "append" || kind === "prepend")) {
        old.value = kind === "append" ? old.value + value : value + old.value;
        delete old.version;
      } else {
        model.put(key, exptime, (expiresMs) => ({ type: "kv", flags, expiresMs, value }));
      }
      return lines("STORED");
    },
  };
}

function get(dice: Dice): Operation {
  const keys = Array.from(
    {
      length: dice.weighted([
        [5, 1],
        [1, 2],
        [1, 4],
      ]),
    },
    () => dice.key("kv"),
  );
  const kind = dice.weighted([
    [4, "get"],
    [1, "gets"],
    [1, "mget"],
    [1, "mgets"],
  ] as const);
  const text = keys.join(" ");
  const isCounted = kind.startsWith("m");
  return {
    keys,
    line: isCounted ? `${kind} ${text.length} ${keys.length}` : `${kind} ${text}`,
    ...(isCounted ? { data: text } : {}),
    expect: (model, reply) => {
      let expected = "";
      for (const key of keys) {
        const item = model.live(key);
        if (item?.type !== "kv") continue;
        const head = `VALUE ${key} ${item.flags} ${item.value.length}`;
        // The version of an item is the node's own; any number will do.
        const version = kind.endsWith("s")
          ? (/^ \d+/.exec(reply.slice(expected.length + head.length))?.[0] ?? " ?")
          : "";
        if (version !== "") item.version = version.trim();
        expected += `${head}${version}\r\n${item.value}\r\n`;
      }
      return `${expected}END\r\n`;
    },
  };
}

/** Never a version: a node counts them up from 1. */
const OTHER_VERSION = "9007199254740991";

function compareAndSwap(dice: Dice, model: Model): Operation {
  const known = [...model.items].filter(([, item]) => item.type === "kv" && item.version !== undefined);
  const [key, item] = known.length > 0 && !dice.oneIn(5) ? dice.pick(known) : [dice.key("kv"), undefined];
  const flags = dice.flags();
  const exptime = dice.exptime();
  const value = dice.value();
  const version = (item?.type === "kv" && dice.oneIn(2) ? item.version : undefined) ?? OTHER_VERSION;
  return {
    keys: [key],
    line: `cas ${key} ${flags} ${exptime} ${value.length} ${version}`,
    data: value,
    expect: (now) => {
      const old = now.live(key);
      if (old === undefined) return lines("NOT_FOUND");
      if (old.type !== "kv") return lines("TYPE_MISMATCH");
      if (old.version !== version) return lines("EXISTS");
      now.put(key, exptime, (expiresMs) => ({ type: "kv", flags, expiresMs, value }));
      return lines("STORED");
    },
  };
}

function arithmetic(dice: Dice): Operation {
  const kind = dice.pick(["incr", "decr"] as const);
  const key = dice.key("kv");
  const delta = BigInt(dice.oneIn(4) ? dice.next() * 65_536 : dice.below(1000));
  const flags = dice.flags();
  const exptime = dice.exptime();
  const initial = dice.below(500);
  const creates = dice.oneIn(3);
  return {
    keys: [key],
    line: `${kind} ${key} ${delta}${creates ? ` ${flags} ${exptime} ${initial}` : ""}`,
    expect: (model, reply) => {
      const old = model.live(key);
      if (old === undefined) {
        if (!creates) return lines("NOT_FOUND");
        model.put(key, exptime, (expiresMs) => ({ type: "kv", flags, expiresMs, value: String(initial) }));
        return lines(String(initial));
      }
      if (old.type !== "kv") return lines("TYPE_MISMATCH");
      // The number that only a new item has: the old one then is gone. But a number read as 0 may come to the same.
      const isTelling = creates && BigInt(initial) !== (kind === "incr" ? delta : 0n);
      if (isTelling && reply === lines(String(initial)) && typeof leadingNumber(old.value, reply) === "string") {
        return "<the initial number, of an item that is there>";
      }
      return addTo(old, kind === "incr" ? delta : -delta, reply);
    },
  };
}

function addTo(item: KeyValueItem, delta: bigint, reply: string): string {
  delete item.version;
  const number = leadingNumber(item.value, reply);
  if (number === null) return lines("CLIENT_ERROR cannot increment or decrement non-numeric value");
  if (typeof number === "string") {
    item.value = number;
    return reply;
  }
  const sum = number + delta;
  item.value = String(sum < 0n ? 0n : sum % UINT64);
  return lines(item.value);
}

/**
 * The number that a value begins with: behind white space, and ended by white space; null for another value.
 * Behind white space without a number arcus-memcached reads on, and finds 0 or what was there before; that is allowed,
 * and the reply then tells the new value.
 */
export function leadingNumber(value: string, reply: string): bigint | string | null {
  const [, space = "", digits = ""] = /^([ \t-\r]*)(\d*)/.exec(`${value}\r\n`) ?? [];
  if (digits === "") return space !== "" && /^\d+\r\n$/.test(reply) ? reply.trim() : null;
  const end = `${value}\r\n`[space.length + digits.length]!;
  const number = BigInt(digits);
  return /^[ \t-\r\0]/.test(end) && number < UINT64 ? number : null;
}

function remove(dice: Dice): Operation {
  const key = dice.key(dice.pick(["kv", "kv", "list", "set", "map", "b+tree"] as const));
  return {
    keys: [key],
    line: `delete ${key}`,
    modes: ["noreply"],
    expect: (model) => {
      const isThere = model.live(key) !== undefined;
      model.items.delete(key);
      return lines(isThere ? "DELETED" : "NOT_FOUND");
    },
  };
}

function touch(dice: Dice): Operation {
  const key = dice.key(dice.pick(["kv", "list", "map"] as const));
  const exptime = dice.exptime();
  return {
    keys: [key],
    line: `touch ${key} ${exptime}`,
    modes: ["noreply"],
    expect: (model) => {
      const item = model.live(key);
      if (item === undefined) return lines("NOT_FOUND");
      setExpiry(model, key, exptime);
      return lines("TOUCHED");
    },
  };
}

/** Gives an item another time to live. */
export function setExpiry(model: Model, key: string, exptime: number): void {
  const item = model.live(key);
  const expiresMs = model.expiryOf(exptime);
  if (item === undefined) return;
  if (expiresMs === undefined) model.items.delete(key);
  else item.expiresMs = expiresMs;
}

function flushPrefix(dice: Dice): Operation {
  const prefix = dice.pick(["p", "q", "q:r", "none"]);
  return {
    keys: [],
    line: `flush_prefix ${prefix}`,
    expect: (model, reply) => {
      // A prefix ends at the first delimiter; so nothing has the longer one.
      if (prefix.includes(":") || prefix === "none") return lines("NOT_FOUND");
      for (const key of model.items.keys()) if (key.startsWith(`${prefix}:`)) model.items.delete(key);
      // A prefix without items may be forgotten or not.
      return reply === lines("NOT_FOUND") ? reply : lines("OK");
    },
  };
}

function flushAll(): Operation {
  return {
    keys: [],
    line: "flush_all",
    expect: (model) => {
      model.items.clear();
      return lines("OK");
    },
  };
}

/** Operations on key-value items, and on items of any type; each with its weight. */
export const keyValueOperations = [
  [30, store],
  [30, get],
  [6, compareAndSwap],
  [8, arithmetic],
  [6, remove],
  [3, touch],
  [1, flushPrefix],
] as const;

/** Forgets everything; too seldom for the table. */
export { flushAll };
