import { NO_ITEM } from "@branta/arcus-engine";

import type { Request } from "../connection/request.ts";
import { operations } from "../stats/operations.ts";
import { type Command, KEY_BYTES_MAX, REFUSED, type Session } from "./command.ts";
import { UINT32_MAX } from "./numbers.ts";

const KEYS_MAX = 10_000;
const SPACE = 0x20;
const LINE_END_BYTES = 2;

/** `get <key>…` and `gets <key>…`, which adds the CAS number. Collections are passed over. */
function getCommand(withCas: boolean): Command {
  const again = withCas ? "gets " : "get ";
  return {
    run(request, session) {
      // One bad key spoils all: nothing is sent then.
      for (let word = 1; word < request.count; word++) {
        if (request.length(word) > KEY_BYTES_MAX) return session.reply("CLIENT_ERROR bad command line format");
      }
      for (let word = 1; word < request.count; word++) {
        if (word > 1 && session.isCongested) return session.resumeWith(again, request.start(word));
        getOne(request, session, request.start(word), request.end(word), withCas);
      }
      session.output.line("END");
    },
  };
}

/** `mget <lenkeys> <numkeys>`, the keys in its data block. */
function mgetCommand(withCas: boolean): Command {
  const again = withCas ? "gets " : "get ";
  return {
    mayBeLong: true,
    dataLength(request, session) {
      const length = request.uint(1);
      const count = request.uint(2);
      if (length <= 0 || length > UINT32_MAX - LINE_END_BYTES || count <= 0 || count > UINT32_MAX) {
        session.reply("CLIENT_ERROR bad command line format");
        return REFUSED;
      }
      const lengthMax = count * KEY_BYTES_MAX + count - 1;
      if (count <= KEYS_MAX && count <= Math.floor(length / 2) + 1 && length <= lengthMax) return length;
      session.reply("CLIENT_ERROR bad value");
      session.swallow(length + LINE_END_BYTES);
      return REFUSED;
    },
    run(request, session) {
      const { bytes, dataStart, dataEnd } = request;
      if (!areKeys(request, request.uint(2))) return session.reply("CLIENT_ERROR bad data chunk");
      for (let start = dataStart; start < dataEnd;) {
        let end = start;
        while (end < dataEnd && bytes[end] !== SPACE) end++;
        if (start > dataStart && session.isCongested) return session.resumeWith(again, start);
        getOne(request, session, start, end, withCas);
        start = end + 1;
      }
      session.output.line("END");
    },
  };
}

/** Whether the data block is so many keys, one space between two. */
function areKeys({ bytes, dataStart, dataEnd }: Request, count: number): boolean {
  let keys = 0;
  let start = dataStart;
  while (start <= dataEnd) {
    let end = start;
    while (end < dataEnd && bytes[end] !== SPACE) end++;
    if (end === start || end - start > KEY_BYTES_MAX) return false;
    keys++;
    start = end + 1;
  }
  return keys === count;
}

function getOne(request: Request, session: Session, start: number, end: number, withCas: boolean): void {
  const { cache } = session;
  const item = cache.find(request.bytes, start, end);
  if (item === NO_ITEM || !cache.isKeyValue(item)) {
    session.node.counters.miss(operations.get, request.bytes, start, end);
    return;
  }
  session.node.counters.hit(operations.get, request.bytes, start, end);
  session.output.value(item, withCas);
}

export const get = getCommand(false);
export const gets = getCommand(true);
export const mget = mgetCommand(false);
export const mgets = mgetCommand(true);
