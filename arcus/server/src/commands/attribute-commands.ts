import {
  type AttributeChange,
  type BtreeCollection,
  changeAttributes,
  type Collection,
  maxCountNow,
  isOverflowAction,
} from "@branta/arcus-engine";
import { type Bkey, compareBkeys, formatBkey, numberBkey, parseBkey } from "@branta/arcus-protocol";

import type { Request } from "../connection/request.ts";
import { operations } from "../stats/operations.ts";
import { countOutcome, OUTCOME_LINES, sizeMaxOf } from "./collections/collection-access.ts";
import { BAD_FORMAT, hasKey } from "./collections/request-words.ts";
import type { Command, Session } from "./command.ts";
import { isInt32 } from "./numbers.ts";

const KEY_WORD = 1;
/** What `getattr` says of a time that is over. */
const OVER = -2;

/** Attributes of an item that is no collection. */
const ITEM_NAMES = ["type", "flags", "expiretime"] as const;
const COLLECTION_NAMES = [...ITEM_NAMES, "count", "maxcount", "overflowaction", "readable"] as const;
const BTREE_NAMES = [...COLLECTION_NAMES, "maxbkeyrange", "minbkey", "maxbkey", "trimmed"] as const;
type AttributeName = (typeof BTREE_NAMES)[number];

/** `getattr <key> [<name> …]`: what is known of an item. */
export const getattrCommand: Command = {
  run(request, session) {
    if (!hasKey(request, session, KEY_WORD)) return;
    const names: AttributeName[] = [];
    for (let word = KEY_WORD + 1; word < request.count; word += 1) {
      const name = BTREE_NAMES.find((known) => request.is(word, known));
      if (name === undefined) return finish(request, session, "getattr", "attributeNotFound");
      names.push(name);
    }
    const { cache, output } = session;
    const id = cache.find(request.bytes, request.start(KEY_WORD), request.end(KEY_WORD));
    if (id === 0) return finish(request, session, "getattr", "keyNotFound");
    const collection = cache.collection(id);
    const known = namesOf(collection);
    if (!names.every((name) => isAnswered(name, known))) {
      return finish(request, session, "getattr", "attributeNotFound");
    }
    for (const name of names.length === 0 ? known : names) {
      output.line(`ATTR ${name}=${valueOf(name, session, id, collection)}`);
    }
    output.line("END");
    countOutcome(request, session, operations.getattr, "ok", KEY_WORD);
  },
};

/** `setattr <key> <name>=<value> …`: changes all that it names, or nothing. */
export const setattrCommand: Command = {
  run(request, session) {
    if (!hasKey(request, session, KEY_WORD)) return;
    const change: Change = {};
    for (let word = KEY_WORD + 1; word < request.count; word += 1) {
      const problem = readAssignment(request.text(word), change);
      if (problem === "noAssignment") return session.reply(BAD_FORMAT);
      if (problem !== "ok") return finish(request, session, "setattr", problem);
    }
    const { cache } = session;
    const id = cache.peek(request.bytes, request.start(KEY_WORD), request.end(KEY_WORD));
    finish(request, session, "setattr", id === 0 ? "keyNotFound" : apply(session, id, change));
  },
};

/** What `setattr` asks for; the last word on an attribute holds. */
type Change = { -readonly [Name in keyof AttributeChange]: AttributeChange[Name] } & {
  exptime?: number;
  maxBkeyRange?: Bkey | null;
};

type Ending = "ok" | "keyNotFound" | "attributeNotFound" | "badValue";

function finish(request: Request, session: Session, command: "getattr" | "setattr", ending: Ending): void {
  countOutcome(request, session, operations[command], ending, KEY_WORD);
  session.reply(ending === "badValue" ? "ATTR_ERROR bad value" : OUTCOME_LINES[ending]);
}

function namesOf(collection: Collection | undefined): readonly AttributeName[] {
  if (collection === undefined) return ITEM_NAMES;
  return collection.type === "b+tree" ? BTREE_NAMES : COLLECTION_NAMES;
}

/** The real server answers `minbkey` and `maxbkey` for any item. */
function isAnswered(name: AttributeName, known: readonly AttributeName[]): boolean {
  return known.includes(name) || name === "minbkey" || name === "maxbkey";
}

function valueOf(name: AttributeName, session: Session, id: number, collection: Collection | undefined): string {
  const { cache } = session;
  if (name === "type") return cache.typeOf(id);
  if (name === "flags") return String(cache.flags(id));
  if (name === "expiretime") return String(secondsLeft(cache.expiry(id), cache.nowS));
  if (collection === undefined) return "-1";
  const { attributes } = collection;
  if (name === "count") return String(collection.count);
  if (name === "maxcount") return String(maxCountNow(attributes, sizeMaxOf(cache.limits, collection.type)));
  if (name === "overflowaction") return attributes.overflowAction;
  if (name === "readable") return attributes.readable ? "on" : "off";
  return collection.type === "b+tree" ? btreeValueOf(name, collection as BtreeCollection) : "-1";
}

type BtreeName = Exclude<AttributeName, (typeof COLLECTION_NAMES)[number]>;

function btreeValueOf(name: BtreeName, btree: BtreeCollection): string {
  if (name === "trimmed") return btree.trimmed ? "1" : "0";
  if (name === "maxbkeyrange") return btree.maxBkeyRange === null ? "0" : formatBkey(btree.maxBkeyRange);
  const bkey = name === "minbkey" ? btree.minBkey : btree.maxBkey;
  return bkey === null ? "-1" : formatBkey(bkey);
}

function secondsLeft(expiryS: number, nowS: number): number {
  if (expiryS === 0 || expiryS === -1) return expiryS;
  return expiryS <= nowS ? OVER : expiryS - nowS;
}

function readAssignment(text: string, change: Change): "ok" | "noAssignment" | "attributeNotFound" | "badValue" {
  const equals = text.indexOf("=");
  if (equals < 0) return "noAssignment";
  const value = text.slice(equals + 1);
  switch (text.slice(0, equals)) {
    case "expiretime":
      change.exptime = integer(value);
      return Number.isSafeInteger(change.exptime) ? "ok" : "badValue";
    case "maxcount":
      change.maxCount = integer(value);
      return isInt32(change.maxCount) ? "ok" : "badValue";
    case "overflowaction":
      if (!isOverflowAction(value)) return "badValue";
      change.overflowAction = value;
      return "ok";
    case "readable":
      change.readable = true;
      return value === "on" ? "ok" : "badValue";
    case "maxbkeyrange":
      return readMaxBkeyRange(value, change);
    default:
      return "attributeNotFound";
  }
}

function readMaxBkeyRange(text: string, change: Change): "ok" | "badValue" {
  const bytes = Buffer.from(text, "latin1");
  const range = parseBkey(bytes, 0, bytes.length);
  if (range === null) return "badValue";
  const isAny = range.bytes === null && compareBkeys(range, numberBkey(0)) === 0;
  change.maxBkeyRange = isAny ? null : range;
  return "ok";
}

function apply({ cache }: Session, id: number, { exptime, ...change }: Change): "ok" | "badValue" {
  const expiryS = exptime === undefined ? undefined : cache.expiryOf(exptime);
  // An item is sticky for life, or never.
  if (expiryS !== undefined && (expiryS === -1) !== (cache.expiry(id) === -1)) return "badValue";
  const collection = cache.collection(id);
  if (collection !== undefined) {
    const sizeMax = sizeMaxOf(cache.limits, collection.type);
    const outcome =
      collection.type === "b+tree"
        ? (collection as BtreeCollection).changeAttributes(change, sizeMax)
        : changeAttributes(collection, change, sizeMax);
    if (outcome !== "ok") return outcome;
  }
  if (expiryS !== undefined) cache.setExpiry(id, expiryS);
  return "ok";
}

function integer(text: string): number {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}
