import { SetCollection } from "@branta/arcus-engine";

import type { Request } from "../connection/request.ts";
import { operations } from "../stats/operations.ts";
import {
  askerOf,
  type CollectionFamily,
  createCollection,
  insertElement,
  onCollection,
  settleDeletion,
  writeValues,
} from "./collections/collection-access.ts";
import { parseCreateOption, parseCreateWish } from "./collections/create-wish.ts";
import { parseDrop, parseRemoval, tailOf } from "./collections/removal.ts";
import {
  BAD_FORMAT,
  elementLength,
  hasKey,
  KEY_WORD,
  refuse,
  uint32,
  wordsBeforeReplyMode,
} from "./collections/request-words.ts";
import { type Command, NO_DATA, REFUSED, type Session } from "./command.ts";

const FAMILY: CollectionFamily<SetCollection> = {
  type: "set",
  make: (attributes) => new SetCollection(attributes),
};
const LENGTH_WORD = KEY_WORD + 1;
const GET_COUNT_MAX = 1000;

/** `sop create|insert|delete|exist|get <key> …`: sets. */
export const setCommand: Command = {
  mayBeLong: true,
  dataLength(request, session) {
    if (!hasElement(request)) return NO_DATA;
    if (!hasKey(request, session)) return REFUSED;
    const words = wordsBeforeReplyMode(request, session);
    if (request.is(1, "insert") && parseCreateOption(request, LENGTH_WORD + 1, words, "set") === null) {
      return refuse(session, BAD_FORMAT);
    }
    if (request.is(1, "delete") && parseDrop(request, LENGTH_WORD + 1, words) === null) {
      return refuse(session, BAD_FORMAT);
    }
    return elementLength(request, session, LENGTH_WORD);
  },

  run(request, session) {
    const { count } = request;
    if (hasElement(request)) runWithElement(request, session);
    else if (!hasKey(request, session)) return;
    else if (request.is(1, "create") && count >= 6 && count <= 9) create(request, session);
    else if (request.is(1, "get") && (count === 4 || count === 5)) get(request, session);
    else session.reply(BAD_FORMAT);
  },
};

function hasElement(request: Request): boolean {
  const { count } = request;
  if (request.is(1, "insert")) return count >= 4;
  if (request.is(1, "delete")) return count >= 4 && count <= 6;
  return request.is(1, "exist") && (count === 4 || count === 5);
}

function runWithElement(request: Request, session: Session): void {
  const words = wordsBeforeReplyMode(request, session);
  if (request.is(1, "insert")) insert(request, session, words);
  else if (request.is(1, "delete")) remove(request, session, words);
  else exist(request, session);
}

function insert(request: Request, session: Session, words: number): void {
  const wish = parseCreateOption(request, LENGTH_WORD + 1, words, "set") ?? undefined;
  const value = request.dataText();
  const access = { family: FAMILY, operation: operations.sopInsert, wish, valueBytes: value.length };
  insertElement(request, session, access, (set, { sizeMax, stickyFull }) => set.insert(value, sizeMax, stickyFull));
}

function remove(request: Request, session: Session, words: number): void {
  const drop = parseDrop(request, LENGTH_WORD + 1, words) ?? false;
  onCollection(request, session, { family: FAMILY, operation: operations.sopDelete, reads: false }, (found) => {
    if (!found.collection.delete(request.dataText())) return "elementNotFound";
    session.reply(tailOf("delete", settleDeletion(session, found, drop)));
    return "ok";
  });
}

function exist(request: Request, session: Session): void {
  onCollection(request, session, { family: FAMILY, operation: operations.sopExist, reads: true }, ({ collection }) => {
    session.reply(collection.has(request.dataText()) ? "EXIST" : "NOT_EXIST");
    return "ok";
  });
}

function create(request: Request, session: Session): void {
  const words = wordsBeforeReplyMode(request, session, false);
  const wish = parseCreateWish(request, KEY_WORD + 1, words, "set");
  if (wish === null) session.reply(BAD_FORMAT);
  else createCollection(request, session, FAMILY, wish, operations.sopCreate);
}

function get(request: Request, session: Session): void {
  const count = uint32(request, KEY_WORD + 1);
  if (count < 0) return session.reply(BAD_FORMAT);
  if (count > GET_COUNT_MAX) return session.reply("CLIENT_ERROR invalid: too many count");
  const removal = parseRemoval(request, KEY_WORD + 2);
  if (removal === null) return session.reply(BAD_FORMAT);
  onCollection(request, session, { family: FAMILY, operation: operations.sopGet, reads: true }, (found) => {
    const { collection, id } = found;
    if (collection.count === 0) return "elementNotFound";
    const { longQueries, random } = session.node;
    const values = removal === "" ? collection.read(count, random) : collection.take(count, random);
    writeValues(session, id, values);
    const isDropped = removal !== "" && settleDeletion(session, found, removal === "drop");
    if (longQueries.running) longQueries.sopGet(askerOf(request, session), values.length, count, removal);
    session.output.line(tailOf(removal, isDropped));
    return "ok";
  });
}
