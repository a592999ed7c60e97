import { MapCollection, type MapElement } from "@branta/arcus-engine";

import type { Request } from "../connection/request.ts";
import { operations } from "../stats/operations.ts";
import {
  askerOf,
  type CollectionFamily,
  createCollection,
  insertElement,
  isStickyFull,
  onCollection,
  settleDeletion,
} from "./collections/collection-access.ts";
import { parseCreateOption, parseCreateWish } from "./collections/create-wish.ts";
import { parseDrop, parseRemoval, tailOf } from "./collections/removal.ts";
import {
  BAD_FORMAT,
  elementLength,
  hasKey,
  KEY_WORD,
  nameBlockLength,
  refuse,
  skip,
  splitNames,
  uint32,
  wordsBeforeReplyMode,
} from "./collections/request-words.ts";
import { type Command, NO_DATA, REFUSED, type Session } from "./command.ts";

const FAMILY: CollectionFamily<MapCollection> = {
  type: "map",
  make: (attributes) => new MapCollection(attributes),
};
const FIELD_WORD = KEY_WORD + 1;
const LENGTH_WORD = KEY_WORD + 2;
/** `<lenfields> <numfields>` of get and delete. */
const FIELDS_WORD = KEY_WORD + 1;
const FIELD_BYTES_MAX = 250;
const LINE_END_BYTES = 2;

/** `mop create|insert|upsert|update|delete|get <key> …`: maps. */
export const mapCommand: Command = {
  mayBeLong: true,
  dataLength(request, session) {
    const isOfFields = hasFields(request);
    if (!isOfFields && !hasElement(request)) return NO_DATA;
    if (!hasKey(request, session)) return REFUSED;
    return isOfFields ? fieldsLength(request, session) : valueLength(request, session);
  },

  run(request, session) {
    const { count } = request;
    if (hasElement(request)) put(request, session);
    else if (hasFields(request)) runWithFields(request, session);
    else if (!hasKey(request, session)) return;
    else if (request.is(1, "create") && count >= 6 && count <= 9) create(request, session);
    else session.reply(BAD_FORMAT);
  },
};

function hasElement(request: Request): boolean {
  const { count } = request;
  if (request.is(1, "update")) return count === 5 || count === 6;
  return count >= 5 && (request.is(1, "insert") || request.is(1, "upsert"));
}

function hasFields(request: Request): boolean {
  const { count } = request;
  if (request.is(1, "get")) return count === 5 || count === 6;
  return request.is(1, "delete") && count >= 5 && count <= 7;
}

function valueLength(request: Request, session: Session): number {
  const words = wordsBeforeReplyMode(request, session);
  if (request.length(FIELD_WORD) > FIELD_BYTES_MAX) return refuse(session, "CLIENT_ERROR too long field name");
  if (!request.is(1, "update") && parseCreateOption(request, LENGTH_WORD + 1, words, "map") === null) {
    return refuse(session, BAD_FORMAT);
  }
  return elementLength(request, session, LENGTH_WORD);
}

function fieldsLength(request: Request, session: Session): number {
  const isGet = request.is(1, "get");
  const words = isGet ? request.count : wordsBeforeReplyMode(request, session);
  const countMax = session.cache.limits.mapSizeMax;
  const length = nameBlockLength(request, session, { word: FIELDS_WORD, nameBytesMax: FIELD_BYTES_MAX, countMax });
  if (length === REFUSED) return REFUSED;
  const option = isGet ? parseRemoval(request, FIELDS_WORD + 2) : parseDrop(request, FIELDS_WORD + 2, words);
  if (option === null) return refuse(session, BAD_FORMAT);
  if (isGet || session.pipe.admits(!session.noreply)) return length;
  return skip(session, length === NO_DATA ? 0 : length + LINE_END_BYTES);
}

function put(request: Request, session: Session): void {
  const words = wordsBeforeReplyMode(request, session);
  const field = request.text(FIELD_WORD);
  const value = request.dataText();
  if (request.is(1, "update")) return update(request, session, field, value);
  const wish = parseCreateOption(request, LENGTH_WORD + 1, words, "map") ?? undefined;
  const valueBytes = field.length + value.length;
  const kind = request.is(1, "insert") ? "insert" : "upsert";
  const access = { family: FAMILY, operation: operations.mopInsert, wish, valueBytes };
  insertElement(request, session, access, (map, room) => map[kind](field, value, room.sizeMax, room.stickyFull));
}

function update(request: Request, session: Session, field: string, value: string): void {
  const { cache } = session;
  onCollection(request, session, { family: FAMILY, operation: operations.mopUpdate, reads: false }, (found) => {
    const reserved = cache.reserve(value.length, found.id);
    if (reserved !== "ok") return reserved;
    const outcome = found.collection.update(field, value, isStickyFull(cache, found.id));
    if (outcome !== "ok") return outcome;
    cache.settle(found.id);
    session.reply("UPDATED");
    return "ok";
  });
}

function create(request: Request, session: Session): void {
  const words = wordsBeforeReplyMode(request, session, false);
  const wish = parseCreateWish(request, KEY_WORD + 1, words, "map");
  if (wish === null) session.reply(BAD_FORMAT);
  else createCollection(request, session, FAMILY, wish, operations.mopCreate);
}

function runWithFields(request: Request, session: Session): void {
  const isGet = request.is(1, "get");
  const words = isGet ? request.count : wordsBeforeReplyMode(request, session);
  const count = uint32(request, FIELDS_WORD + 1);
  const fields = count === 0 ? null : splitNames(request.dataText(), count, FIELD_BYTES_MAX);
  if (fields === null && count > 0) return session.reply("CLIENT_ERROR bad data chunk");
  if (isGet) get(request, session, fields);
  else remove(request, session, fields, parseDrop(request, FIELDS_WORD + 2, words) ?? false);
}

function remove(request: Request, session: Session, fields: readonly string[] | null, drop: boolean): void {
  onCollection(request, session, { family: FAMILY, operation: operations.mopDelete, reads: false }, (found) => {
    const deleted = found.collection.take(fields).length;
    if (deleted === 0) return "elementNotFound";
    const isDropped = settleDeletion(session, found, drop);
    const { longQueries } = session.node;
    if (longQueries.running) longQueries.mopDelete(askerOf(request, session), deleted, fields?.length ?? 0, drop);
    session.reply(tailOf("delete", isDropped));
    return "ok";
  });
}

function get(request: Request, session: Session, fields: readonly string[] | null): void {
  const removal = parseRemoval(request, FIELDS_WORD + 2) ?? "";
  onCollection(request, session, { family: FAMILY, operation: operations.mopGet, reads: true }, (found) => {
    const { collection, id } = found;
    const elements = removal === "" ? collection.read(fields) : collection.take(fields);
    if (elements.length === 0) return "elementNotFound";
    writeElements(session, id, elements);
    const isDropped = removal !== "" && settleDeletion(session, found, removal === "drop");
    const { longQueries } = session.node;
    if (longQueries.running) {
      longQueries.mopGet(askerOf(request, session), elements.length, fields?.length ?? 0, removal);
    }
    session.output.line(tailOf(removal, isDropped));
    return "ok";
  });
}

function writeElements({ output, cache }: Session, id: number, elements: readonly MapElement[]): void {
  output.line(`VALUE ${cache.flags(id)} ${elements.length}`);
  for (const { key, value } of elements) {
    output.text(key);
    output.text(" ");
    output.number(value.length);
    output.text(" ");
    output.line(value);
  }
}
