import {
  type Cache,
  type CacheLimits,
  type Collection,
  type CollectionAttributes,
  type CollectionType,
  newAttributes,
  type Outcome,
} from "@branta/arcus-engine";

import type { Request } from "../../connection/request.ts";
import type { Asker } from "../../admin/long-queries.ts";
import { type Operation, operations } from "../../stats/operations.ts";
import type { Session } from "../command.ts";
import type { CreateWish } from "./create-wish.ts";
import { KEY_WORD } from "./request-words.ts";

/** A type of collection, as the commands of its family handle it. */
export interface CollectionFamily<Kind extends Collection> {
  readonly type: CollectionType;
  readonly make: (attributes: CollectionAttributes) => Kind;
}

/** What an insert into a collection needs to know. */
export interface Room {
  /** The node's limit of elements. */
  readonly sizeMax: number;
  /** The item is sticky, and sticky memory is used up. */
  readonly stickyFull: boolean;
}

/** Accounted bytes of an element over its own, at most: the largest header and the slot's tail and rounding. */
const ELEMENT_OVERHEAD_BYTES = 64;

/** The expiry of a sticky item. */
const STICKY = -1;

/** The status line of an outcome; an operation replies its success in words of its own. */
export const OUTCOME_LINES: Readonly<Record<Outcome, string>> = {
  ok: "OK",
  notStored: "NOT_STORED",
  keyNotFound: "NOT_FOUND",
  keyExists: "EXISTS",
  elementNotFound: "NOT_FOUND_ELEMENT",
  elementExists: "ELEMENT_EXISTS",
  typeMismatch: "TYPE_MISMATCH",
  overflowed: "OVERFLOWED",
  outOfRange: "OUT_OF_RANGE",
  badValue: "CLIENT_ERROR bad value",
  bkeyMismatch: "BKEY_MISMATCH",
  bkeyOutOfRange: "OUT_OF_RANGE",
  eflagMismatch: "EFLAG_MISMATCH",
  unreadable: "UNREADABLE",
  attributeNotFound: "ATTR_ERROR not found",
  notNumeric: "CLIENT_ERROR cannot increment or decrement non-numeric value",
  tooLarge: "CLIENT_ERROR too large value",
  outOfMemory: "SERVER_ERROR out of memory",
  prefixInvalid: "CLIENT_ERROR invalid prefix name",
  prefixTooLong: "CLIENT_ERROR too long prefix name",
  prefixNotFound: "NOT_FOUND",
};

/** Elements that a collection of this type may hold at most. */
export function sizeMaxOf(limits: CacheLimits, type: CollectionType): number {
  switch (type) {
    case "list":
      return limits.listSizeMax;
    case "set":
      return limits.setSizeMax;
    case "map":
      return limits.mapSizeMax;
    case "b+tree":
      return limits.btreeSizeMax;
  }
}

/** Counts an operation by its end, as the real server does. */
export function countOutcome(
  request: Request,
  { node }: Session,
  operation: Operation,
  outcome: Outcome,
  keyWord = KEY_WORD,
): void {
  const { counters } = node;
  const start = request.start(keyWord);
  const end = request.end(keyWord);
  if (outcome === "ok") counters.hit(operation, request.bytes, start, end);
  else if (outcome === "elementNotFound") counters.none(operation, request.bytes, start, end);
  else if (outcome === "keyNotFound" || outcome === "unreadable") counters.miss(operation, request.bytes, start, end);
  // A range that was trimmed away counts as a miss of `bop get`, and of nothing else.
  else if (outcome === "bkeyOutOfRange" && operation === operations.bopGet) {
    counters.miss(operation, request.bytes, start, end);
  } else counters.other(operation, request.bytes, start, end);
}

/** Who asked, as long-query detection wants it. */
export function askerOf(request: Request, session: Session): Asker {
  return { address: session.remoteAddress, key: request.text(KEY_WORD) };
}

/** Whether the item is sticky and sticky memory is used up: its collection may not grow. */
export function isStickyFull(cache: Cache, id: number): boolean {
  return cache.expiry(id) === STICKY && cache.isStickyFull;
}

/** Runs `<family> create`: replies and counts. */
export function createCollection<Kind extends Collection>(
  request: Request,
  session: Session,
  family: CollectionFamily<Kind>,
  wish: CreateWish,
  operation: Operation,
): void {
  const outcome = linkCollection(request, session, wish, makeCollection(session, family, wish));
  countOutcome(request, session, operation, outcome);
  session.reply(outcome === "ok" ? "CREATED" : OUTCOME_LINES[outcome]);
}

/**
 * Puts an element into the collection of the request's key, which is made before when there is none and `wish` asks
 * for it, and is taken away again when the element does not get in. Replies and counts. @returns whether it got in
 */
export function insertElement<Kind extends Collection>(
  request: Request,
  session: Session,
  access: InsertAccess<Kind>,
  insert: (collection: Kind, room: Room) => Outcome | "replaced",
): boolean {
  const outcome = insertOutcome(request, session, access, insert);
  const reply = outcome in INSERT_LINES ? INSERT_LINES[outcome as keyof typeof INSERT_LINES] : null;
  countOutcome(request, session, access.operation, reply === null ? (outcome as Outcome) : "ok");
  session.reply(reply ?? OUTCOME_LINES[outcome as Outcome]);
  return reply !== null;
}

const INSERT_LINES = { ok: "STORED", created: "CREATED_STORED", replaced: "REPLACED" } as const;

interface InsertAccess<Kind extends Collection> {
  readonly family: CollectionFamily<Kind>;
  readonly operation: Operation;
  readonly wish: CreateWish | undefined;
  /** Length of all that the element brings. */
  readonly valueBytes: number;
}

function insertOutcome<Kind extends Collection>(
  request: Request,
  session: Session,
  { family, wish, valueBytes }: InsertAccess<Kind>,
  insert: (collection: Kind, room: Room) => Outcome | "replaced",
): Outcome | keyof typeof INSERT_LINES {
  const { cache } = session;
  const { bytes } = request;
  const start = request.start(KEY_WORD);
  const end = request.end(KEY_WORD);
  let id = cache.peek(bytes, start, end);
  let collection = id === 0 ? undefined : cache.collection(id);
  const isNew = id === 0;
  if (isNew) {
    if (wish === undefined) return "keyNotFound";
    const made = makeCollection(session, family, wish);
    const linked = linkCollection(request, session, wish, made);
    if (linked !== "ok") return linked;
    collection = made;
    // Still 0 when it is over at once; the element then gets into what nobody finds.
    id = cache.peek(bytes, start, end);
  }
  if (collection?.type !== family.type) return "typeMismatch";
  const reserved = id === 0 ? "ok" : cache.reserve(valueBytes + ELEMENT_OVERHEAD_BYTES, id);
  const room = { sizeMax: sizeMaxOf(cache.limits, family.type), stickyFull: id !== 0 && isStickyFull(cache, id) };
  const outcome = reserved === "ok" ? insert(collection as Kind, room) : reserved;
  const isIn = outcome === "ok" || outcome === "replaced";
  if (id !== 0 && isIn) cache.settle(id);
  if (id !== 0 && isNew && !isIn) cache.remove(id);
  return isNew && outcome === "ok" ? "created" : outcome;
}

/** A collection and its item. */
export interface Found<Kind> {
  readonly id: number;
  readonly collection: Kind;
}

/** What a command does with the collection of its key. */
interface Access<Kind extends Collection> {
  readonly family: CollectionFamily<Kind>;
  readonly operation: Operation;
  /** As one who sees elements: they must be readable, and the item becomes the newest. */
  readonly reads: boolean;
}

/**
 * Finds the collection that a request is about and lets `act` use it; `act` replies when it answers "ok", any other
 * outcome is replied here. Counts either way.
 */
export function onCollection<Kind extends Collection>(
  request: Request,
  session: Session,
  { family, operation, reads }: Access<Kind>,
  act: (found: Found<Kind>) => Outcome,
): void {
  const { cache } = session;
  const { bytes } = request;
  const start = request.start(KEY_WORD);
  const end = request.end(KEY_WORD);
  const id = reads ? cache.find(bytes, start, end) : cache.peek(bytes, start, end);
  const collection = id === 0 ? undefined : cache.collection(id);
  let outcome: Outcome;
  if (id === 0) outcome = "keyNotFound";
  else if (collection?.type !== family.type) outcome = "typeMismatch";
  else if (reads && !collection.attributes.readable) outcome = "unreadable";
  else outcome = act({ id, collection: collection as Kind });
  countOutcome(request, session, operation, outcome);
  if (outcome !== "ok") session.reply(OUTCOME_LINES[outcome]);
}

/** Accounts what a deletion freed, and drops the item when it is empty and that was wanted. @returns whether it was */
export function settleDeletion(session: Session, { id, collection }: Found<Collection>, drop: boolean): boolean {
  session.cache.settle(id);
  if (!drop || collection.count > 0) return false;
  session.cache.remove(id);
  return true;
}

/** Writes the elements of a list or set: `VALUE <flags> <count>`, then `<bytes> <value>` each. */
export function writeValues({ output, cache }: Session, id: number, values: readonly string[]): void {
  output.line(`VALUE ${cache.flags(id)} ${values.length}`);
  for (const value of values) {
    output.number(value.length);
    output.text(" ");
    output.line(value);
  }
}

function makeCollection<Kind extends Collection>(
  { cache }: Session,
  { type, make }: CollectionFamily<Kind>,
  { attributes }: CreateWish,
): Kind {
  return make(newAttributes(type, attributes, sizeMaxOf(cache.limits, type)));
}

function linkCollection(request: Request, { cache }: Session, wish: CreateWish, collection: Collection): Outcome {
  const expiryS = cache.expiryOf(wish.exptime);
  return cache.create(request.bytes, request.start(KEY_WORD), request.end(KEY_WORD), wish.flags, expiryS, collection);
}
