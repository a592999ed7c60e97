import { ListCollection } from "@branta/arcus-engine";

import type { Request } from "../connection/request.ts";
import { operations } from "../stats/operations.ts";
import {
  type CollectionFamily,
  askerOf,
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
  int32,
  KEY_WORD,
  refuse,
  wordsBeforeReplyMode,
} from "./collections/request-words.ts";
import { isInt32 } from "./numbers.ts";
import { type Command, NO_DATA, REFUSED, type Session } from "./command.ts";

const FAMILY: CollectionFamily<ListCollection> = {
  type: "list",
  make: (attributes) => new ListCollection(attributes),
};
const INDEX_WORD = KEY_WORD + 1;
const LENGTH_WORD = KEY_WORD + 2;
const INDEX_RANGE = /^([+-]?\d{1,10})(?:\.\.([+-]?\d{1,10}))?$/;

/** `lop create|insert|delete|get <key> …`: lists. */
export const listCommand: Command = {
  mayBeLong: true,
  dataLength(request, session) {
    if (!request.is(1, "insert") || request.count < 5) return NO_DATA;
    if (!hasKey(request, session)) return REFUSED;
    const words = wordsBeforeReplyMode(request, session);
    const isWrong =
      Number.isNaN(int32(request, INDEX_WORD)) || parseCreateOption(request, LENGTH_WORD + 1, words, "list") === null;
    return isWrong ? refuse(session, BAD_FORMAT) : elementLength(request, session, LENGTH_WORD);
  },

  run(request, session) {
    const { count } = request;
    if (request.is(1, "insert") && count >= 5) insert(request, session);
    else if (!hasKey(request, session)) return;
    else if (request.is(1, "create") && count >= 6 && count <= 9) create(request, session);
    else if (request.is(1, "delete") && count >= 4 && count <= 6) remove(request, session);
    else if (request.is(1, "get") && (count === 4 || count === 5)) get(request, session);
    else session.reply(BAD_FORMAT);
  },
};

function insert(request: Request, session: Session): void {
  const words = wordsBeforeReplyMode(request, session);
  const index = int32(request, INDEX_WORD);
  const wish = parseCreateOption(request, LENGTH_WORD + 1, words, "list") ?? undefined;
  const value = request.dataText();
  const access = { family: FAMILY, operation: operations.lopInsert, wish, valueBytes: value.length };
  const isDone = insertElement(request, session, access, (list, { sizeMax, stickyFull }) =>
    list.insert(index, value, sizeMax, stickyFull),
  );
  const { longQueries } = session.node;
  if (isDone && longQueries.running) longQueries.lopInsert(askerOf(request, session), index);
}

function create(request: Request, session: Session): void {
  const words = wordsBeforeReplyMode(request, session, false);
  const wish = parseCreateWish(request, KEY_WORD + 1, words, "list");
  if (wish === null) session.reply(BAD_FORMAT);
  else createCollection(request, session, FAMILY, wish, operations.lopCreate);
}

function remove(request: Request, session: Session): void {
  const words = wordsBeforeReplyMode(request, session);
  const indexes = parseIndexes(request.text(INDEX_WORD));
  const drop = parseDrop(request, INDEX_WORD + 1, words);
  if (indexes === null || drop === null) return session.reply(BAD_FORMAT);
  if (!session.pipe.admits(!session.noreply)) return;
  onCollection(request, session, { family: FAMILY, operation: operations.lopDelete, reads: false }, (found) => {
    const range = found.collection.range(...indexes);
    if (range === null) return "elementNotFound";
    found.collection.remove(range);
    const isDropped = settleDeletion(session, found, drop);
    const { longQueries } = session.node;
    if (longQueries.running) longQueries.lopDelete(askerOf(request, session), range.count, ...indexes, drop);
    session.reply(tailOf("delete", isDropped));
    return "ok";
  });
}

function get(request: Request, session: Session): void {
  const indexes = parseIndexes(request.text(INDEX_WORD));
  const removal = parseRemoval(request, INDEX_WORD + 1);
  if (indexes === null || removal === null) return session.reply(BAD_FORMAT);
  onCollection(request, session, { family: FAMILY, operation: operations.lopGet, reads: true }, (found) => {
    const range = found.collection.range(...indexes);
    if (range === null) return "elementNotFound";
    writeValues(session, found.id, found.collection.read(range));
    if (removal !== "") found.collection.remove(range);
    const isDropped = removal !== "" && settleDeletion(session, found, removal === "drop");
    const { longQueries } = session.node;
    if (longQueries.running) longQueries.lopGet(askerOf(request, session), range.count, ...indexes, removal);
    session.output.line(tailOf(removal, isDropped));
    return "ok";
  });
}

/** Reads `<index>` or `<from>..<to>`; null for anything else. */
function parseIndexes(text: string): [from: number, to: number] | null {
  const match = INDEX_RANGE.exec(text);
  if (match === null) return null;
  const from = Number(match[1]);
  const to = Number(match[2] ?? match[1]);
  return isInt32(from) && isInt32(to) ? [from, to] : null;
}
