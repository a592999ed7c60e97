import { doArithmetic, updateElement } from "@branta/arcus-engine";
import { type Bkey, EFLAG_BYTES_MAX, type EflagUpdate, isBitwiseOperator } from "@branta/arcus-protocol";

import type { Request } from "../../connection/request.ts";
import { operations } from "../../stats/operations.ts";
import { isStickyFull, onCollection, sizeMaxOf } from "../collections/collection-access.ts";
import {
  BAD_FORMAT,
  elementLength,
  int32,
  KEY_WORD,
  refuse,
  uint32,
  wordsBeforeReplyMode,
} from "../collections/request-words.ts";
import { NO_DATA, type Session } from "../command.ts";
import { BTREE_FAMILY } from "./bop-elements.ts";
import { BKEY_WORD, bkeyAt, eflagAt, isHexAt } from "./bop-words.ts";

/** The length that says that the value stays. */
const KEEP_VALUE = -1;
/** A number of 64 bits as an element takes this much at most, in bytes. */
const NUMBER_BYTES_MAX = 128;

interface Update {
  readonly bkey: Bkey;
  readonly eflag: EflagUpdate | null;
  readonly lengthWord: number;
}

/** The new value's length, for `dataLength`. */
export function updateLength(request: Request, session: Session): number {
  const update = parseUpdate(request, session);
  if (update === null) return refuse(session, BAD_FORMAT);
  if (int32(request, update.lengthWord) === KEEP_VALUE) return NO_DATA;
  return elementLength(request, session, update.lengthWord);
}

/** `bop update <key> <bkey> [[<offset> <operator>] <eflag>] <bytes|-1> [noreply|pipe]`. */
export function runUpdate(request: Request, session: Session): void {
  const update = parseUpdate(request, session);
  if (update === null) return session.reply(BAD_FORMAT);
  const value = int32(request, update.lengthWord) === KEEP_VALUE ? null : request.dataText();
  if (value === null && !session.pipe.admits(!session.noreply)) return;
  if (value === null && update.eflag === null) return session.reply("NOTHING_TO_UPDATE");
  const access = { family: BTREE_FAMILY, operation: operations.bopUpdate, reads: false };
  onCollection(request, session, access, ({ id, collection }) => {
    const { cache } = session;
    const reserved = cache.reserve((value?.length ?? 0) + EFLAG_BYTES_MAX, id);
    if (reserved !== "ok") return reserved;
    const outcome = updateElement(collection, update.bkey, { eflag: update.eflag, value }, isStickyFull(cache, id));
    if (outcome !== "ok") return outcome;
    cache.settle(id);
    session.reply("UPDATED");
    return "ok";
  });
}

/** `bop incr|decr <key> <bkey> <delta> [<initial> [<eflag>]] [noreply|pipe]`. */
export function runArithmetic(request: Request, session: Session): void {
  const words = wordsBeforeReplyMode(request, session);
  const operation = request.is(1, "incr") ? "incr" : "decr";
  const bkey = bkeyAt(request, BKEY_WORD);
  const delta = request.uint64(BKEY_WORD + 1);
  const hasInitial = words > BKEY_WORD + 2;
  const value = hasInitial ? request.uint64(BKEY_WORD + 2) : 0n;
  const eflag = words > BKEY_WORD + 3 ? eflagAt(request, BKEY_WORD + 3) : "";
  if (bkey === null || delta === null || delta < 1n || value === null || eflag === null) {
    return session.reply(BAD_FORMAT);
  }
  if (!session.pipe.admits(!session.noreply)) return;
  const initial = hasInitial ? { value, eflag } : null;
  const counted = operation === "incr" ? operations.bopIncr : operations.bopDecr;
  onCollection(request, session, { family: BTREE_FAMILY, operation: counted, reads: false }, ({ id, collection }) => {
    const { cache } = session;
    const reserved = cache.reserve(NUMBER_BYTES_MAX, id);
    if (reserved !== "ok") return reserved;
    const limits = { sizeMax: sizeMaxOf(cache.limits, "b+tree"), stickyFull: isStickyFull(cache, id) };
    const result = doArithmetic(collection, bkey, { operation, delta, initial }, limits);
    if (typeof result !== "bigint") return result;
    cache.settle(id);
    session.reply(String(result));
    return "ok";
  });
}

function parseUpdate(request: Request, session: Session): Update | null {
  const words = wordsBeforeReplyMode(request, session);
  const bkey = bkeyAt(request, BKEY_WORD);
  const lengthWord = words - 1;
  const eflagWords = lengthWord - BKEY_WORD - 1;
  const length = int32(request, lengthWord);
  if (bkey === null || lengthWord <= BKEY_WORD || Number.isNaN(length) || length < KEEP_VALUE) return null;
  if (eflagWords === 0) return { bkey, eflag: null, lengthWord };
  const eflag = eflagWords === 1 || eflagWords === 3 ? parseEflagUpdate(request, KEY_WORD + 2, eflagWords === 3) : null;
  return eflag === null ? null : { bkey, eflag, lengthWord };
}

/** Reads `[<offset> <operator>] <eflag>`; a flag of `0` stands for none. */
function parseEflagUpdate(request: Request, from: number, isBitwise: boolean): EflagUpdate | null {
  const word = isBitwise ? from + 2 : from;
  const isNone = !isHexAt(request, word) && int32(request, word) === 0;
  const value = isNone ? "" : eflagAt(request, word);
  if (value === null) return null;
  if (!isBitwise) return { bitwise: null, value };
  const offset = uint32(request, from);
  const operator = request.text(from + 1);
  if (offset < 0 || offset >= EFLAG_BYTES_MAX || !isBitwiseOperator(operator)) return null;
  return { bitwise: { operator, offset }, value };
}
