import type { Outcome, StoreMode, StoreRequest } from "@branta/arcus-engine";

import type { Request } from "../connection/request.ts";
import { operations } from "../stats/operations.ts";
import { type Command, KEY_BYTES_MAX, REFUSED, type Session } from "./command.ts";
import { INT32_MAX, UINT32_MAX } from "./numbers.ts";

const KEY_WORD = 1;
const FLAGS_WORD = 2;
const EXPIRY_WORD = 3;
const LENGTH_WORD = 4;
const CAS_WORD = 5;
const LINE_END_BYTES = 2;

const BAD_FORMAT = "CLIENT_ERROR bad command line format";

/** What `dataLength` has read for the `run` that follows it; one serves all, so that storing makes no garbage. */
const parsed: StoreRequest = {
  bytes: Buffer.alloc(0),
  keyStart: 0,
  keyEnd: 0,
  dataStart: 0,
  dataEnd: 0,
  flags: 0,
  expiryS: 0,
  casUnique: 0,
};

const REPLIES: Partial<Record<Outcome, string>> = {
  ok: "STORED",
  notStored: "NOT_STORED",
  keyExists: "EXISTS",
  keyNotFound: "NOT_FOUND",
  typeMismatch: "TYPE_MISMATCH",
  prefixInvalid: "CLIENT_ERROR invalid prefix name",
  prefixTooLong: "CLIENT_ERROR too long prefix name",
  outOfMemory: "SERVER_ERROR out of memory storing object",
  tooLarge: "CLIENT_ERROR object too large for cache",
};

/** `<mode> <key> <flags> <exptime> <bytes> [<cas unique>] [noreply]` and the value. */
function storeCommand(mode: StoreMode): Command {
  return {
    dataLength: (request, session) => parse(request, session, mode),
    run(request, session) {
      parsed.bytes = request.bytes;
      parsed.keyStart = request.start(KEY_WORD);
      parsed.keyEnd = request.end(KEY_WORD);
      parsed.dataStart = request.dataStart;
      parsed.dataEnd = request.dataEnd;
      const outcome = session.cache.store(mode, parsed);
      if (mode === "set" && outcome === "outOfMemory") forget(request, session);
      count(mode, outcome, request, session);
      session.reply(REPLIES[outcome]!);
    },
  };
}

function parse(request: Request, session: Session, mode: StoreMode): number {
  session.noreply = request.is(request.count - 1, "noreply");
  const flags = request.uint(FLAGS_WORD);
  const timeToLiveS = request.int(EXPIRY_WORD);
  const length = request.uint(LENGTH_WORD);
  const cas = mode === "cas" ? request.uint(CAS_WORD) : 0;
  const isKey = request.length(KEY_WORD) <= KEY_BYTES_MAX;
  if (
    !isKey ||
    flags < 0 ||
    flags > UINT32_MAX ||
    Number.isNaN(timeToLiveS) ||
    length < 0 ||
    !(length <= INT32_MAX - 2)
  ) {
    session.reply(BAD_FORMAT);
    return REFUSED;
  }
  if (cas < 0 && request.uint64(CAS_WORD) === null) {
    session.reply(BAD_FORMAT);
    return REFUSED;
  }
  const { cache } = session;
  parsed.flags = flags;
  parsed.expiryS = cache.expiryOf(timeToLiveS);
  parsed.casUnique = cas;
  const isTooLarge = cache.isTooLarge(request.length(KEY_WORD), length);
  if (!isTooLarge && !(parsed.expiryS === -1 && cache.isStickyFull)) return length;
  if (mode === "set") forget(request, session);
  session.reply(isTooLarge ? REPLIES.tooLarge! : REPLIES.outOfMemory!);
  session.swallow(length + LINE_END_BYTES);
  return REFUSED;
}

/** What could not be set must not be found as it was before. */
function forget(request: Request, session: Session): void {
  session.cache.delete(request.bytes, request.start(KEY_WORD), request.end(KEY_WORD));
}

function count(mode: StoreMode, outcome: Outcome, { bytes }: Request, session: Session): void {
  const { counters } = session.node;
  const { keyStart, keyEnd } = parsed;
  if (mode !== "cas") {
    if (outcome === "ok") counters.hit(operations.set, bytes, keyStart, keyEnd);
    else counters.other(operations.set, bytes, keyStart, keyEnd);
  } else if (outcome === "ok") counters.hit(operations.cas, bytes, keyStart, keyEnd);
  else if (outcome === "keyExists") counters.bad(operations.cas, bytes, keyStart, keyEnd);
  else counters.miss(operations.cas, bytes, keyStart, keyEnd);
}

export const set = storeCommand("set");
export const add = storeCommand("add");
export const replace = storeCommand("replace");
export const append = storeCommand("append");
export const prepend = storeCommand("prepend");
export const cas = storeCommand("cas");
