import { NO_ITEM, type Outcome } from "@branta/arcus-engine";

import type { Request } from "../connection/request.ts";
import { operations } from "../stats/operations.ts";
import { type Command, KEY_BYTES_MAX, type Session } from "./command.ts";
import { UINT32_MAX } from "./numbers.ts";

const BAD_FORMAT = "CLIENT_ERROR bad command line format";

const ARITHMETIC_REPLIES: Partial<Record<Outcome, string>> = {
  notNumeric: "CLIENT_ERROR cannot increment or decrement non-numeric value",
  prefixInvalid: "CLIENT_ERROR invalid prefix name",
  prefixTooLong: "CLIENT_ERROR too long prefix name",
  outOfMemory: "SERVER_ERROR out of memory",
  typeMismatch: "TYPE_MISMATCH",
  keyNotFound: "NOT_FOUND",
};

/** `incr|decr <key> <delta> [<flags> <exptime> <initial>] [noreply]`. */
function arithmeticCommand(isIncrement: boolean): Command {
  const operation = isIncrement ? operations.incr : operations.decr;
  return {
    run(request, session) {
      session.noreply = request.is(request.count - 1, "noreply");
      if (request.length(1) > KEY_BYTES_MAX) return session.reply(BAD_FORMAT);
      const delta = request.uint64(2);
      if (delta === null) return session.reply("CLIENT_ERROR invalid numeric delta argument");
      const create = request.count >= 6 ? parseCreate(request, session) : null;
      if (create === undefined) return session.reply(BAD_FORMAT);
      const { bytes } = request;
      const start = request.start(1);
      const end = request.end(1);
      const outcome = session.cache.arithmetic(bytes, start, end, { isIncrement, delta, create });
      const { counters } = session.node;
      if (outcome === "ok") counters.hit(operation, bytes, start, end);
      else if (outcome === "keyNotFound") counters.miss(operation, bytes, start, end);
      else counters.other(operation, bytes, start, end);
      session.reply(outcome === "ok" ? session.cache.lastNumber.toString() : ARITHMETIC_REPLIES[outcome]!);
    },
  };
}

function parseCreate(
  request: Request,
  session: Session,
): { initial: bigint; flags: number; expiryS: number } | undefined {
  const flags = request.uint(3);
  const timeToLiveS = request.int(4);
  const initial = request.uint64(5);
  if (flags < 0 || flags > UINT32_MAX || Number.isNaN(timeToLiveS) || initial === null) return undefined;
  return { initial, flags, expiryS: session.cache.expiryOf(timeToLiveS) };
}

export const incr = arithmeticCommand(true);
export const decr = arithmeticCommand(false);

/** `delete <key> [0] [noreply]`: the 0 is a time that old clients send. */
export const deleteCommand: Command = {
  run(request, session) {
    session.noreply = request.count > 2 && request.is(request.count - 1, "noreply");
    if (!isDeletion(request, session.noreply)) return session.reply(`${BAD_FORMAT}.  Usage: delete <key> [noreply]`);
    if (request.length(1) > KEY_BYTES_MAX) return session.reply(BAD_FORMAT);
    const { bytes } = request;
    const start = request.start(1);
    const end = request.end(1);
    const outcome = session.cache.delete(bytes, start, end);
    if (outcome === "ok") session.node.counters.hit(operations.delete, bytes, start, end);
    else session.node.counters.miss(operations.delete, bytes, start, end);
    session.reply(outcome === "ok" ? "DELETED" : "NOT_FOUND");
  },
};

function isDeletion(request: Request, isNoreply: boolean): boolean {
  if (request.count === 2) return true;
  if (request.count === 3) return isNoreply || request.is(2, "0");
  return request.count === 4 && isNoreply && request.is(2, "0");
}

/** `touch <key> <exptime> [noreply]`, for items of all types. */
export const touch: Command = {
  run(request, session) {
    if (request.length(1) > KEY_BYTES_MAX) return session.reply(BAD_FORMAT);
    session.noreply = request.is(request.count - 1, "noreply");
    const { bytes } = request;
    const start = request.start(1);
    const end = request.end(1);
    const { counters } = session.node;
    const timeToLiveS = request.int(2);
    if (Number.isNaN(timeToLiveS)) {
      counters.other(operations.setattr, bytes, start, end);
      return session.reply("CLIENT_ERROR bad value");
    }
    const { cache } = session;
    const item = cache.find(bytes, start, end);
    if (item === NO_ITEM) {
      counters.miss(operations.setattr, bytes, start, end);
      return session.reply("NOT_FOUND");
    }
    const isSet = cache.setExpiry(item, cache.expiryOf(timeToLiveS)) === "ok";
    if (isSet) counters.hit(operations.setattr, bytes, start, end);
    else counters.other(operations.setattr, bytes, start, end);
    session.reply(isSet ? "TOUCHED" : "CLIENT_ERROR bad value");
  },
};
