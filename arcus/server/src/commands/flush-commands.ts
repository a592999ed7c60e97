import { PREFIX_BYTES_MAX } from "@branta/arcus-engine";

import type { Request } from "../connection/request.ts";
import { operations } from "../stats/operations.ts";
import type { Command, Session } from "./command.ts";

const BAD_FORMAT = "CLIENT_ERROR bad command line format";

/** `flush_all [<delay>] [noreply]`. */
export const flushAll: Command = {
  mayBeLong: true,
  run(request, session) {
    const whenS = parseDelay(request, session, 1);
    if (whenS < 0) return session.reply(BAD_FORMAT);
    session.cache.flush(null, whenS);
    session.node.counters.keyless(operations.flush, true);
    session.reply("OK");
  },
};

/** `flush_prefix <prefix> [<delay>] [noreply]`; `<null>` are the keys without a prefix. */
export const flushPrefix: Command = {
  mayBeLong: true,
  run(request, session) {
    if (request.length(1) > PREFIX_BYTES_MAX) {
      session.noreply = request.is(request.count - 1, "noreply");
      return session.reply("CLIENT_ERROR too long prefix name");
    }
    const whenS = parseDelay(request, session, 2);
    if (whenS < 0) return session.reply(BAD_FORMAT);
    const { counters } = session.node;
    const name = request.is(1, "<null>") ? "" : request.text(1);
    let isKnown = session.cache.flush(name, whenS) === "ok";
    if (counters.detailed && counters.details.delete(name)) isKnown = true;
    counters.keyless(operations.flushPrefix, true);
    session.reply(isKnown ? "OK" : "NOT_FOUND");
  },
};

/** Unix seconds at which to flush, 0 for now, −1 if that cannot be read. */
function parseDelay(request: Request, session: Session, word: number): number {
  session.noreply = request.is(request.count - 1, "noreply");
  if (request.count !== (session.noreply ? word + 2 : word + 1)) return 0;
  const delayS = request.int(word);
  return delayS >= 0 ? session.cache.expiryOf(delayS) : -1;
}
