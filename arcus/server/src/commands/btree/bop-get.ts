import type { Request } from "../../connection/request.ts";
import { operations } from "../../stats/operations.ts";
import { askerOf, onCollection, settleDeletion } from "../collections/collection-access.ts";
import { type Removal, tailOf } from "../collections/removal.ts";
import { BAD_FORMAT, uint32, wordsBeforeReplyMode } from "../collections/request-words.ts";
import type { Session } from "../command.ts";
import { BTREE_FAMILY, writeElements } from "./bop-elements.ts";
import { BKEY_WORD, bkeyRangeAt, filterAt, rangeText, windowAt } from "./bop-words.ts";

/** `bop get <key> <bkey|range> [<eflag_filter>] [[<offset>] <count>] [delete|drop]`. */
export function runGet(request: Request, session: Session): void {
  const range = bkeyRangeAt(request, BKEY_WORD);
  const filtered = filterAt(request, BKEY_WORD + 1, request.count);
  if (range === null || filtered === null) return session.reply(BAD_FORMAT);
  const last = request.count - 1;
  let removal: Removal = "";
  if (last >= filtered.next && request.is(last, "delete")) removal = "delete";
  else if (last >= filtered.next && request.is(last, "drop")) removal = "drop";
  const window = windowAt(request, filtered.next, removal === "" ? request.count : last);
  if (window === null) return session.reply(BAD_FORMAT);
  const { filter } = filtered;
  const { offset, count } = window;
  onCollection(request, session, { family: BTREE_FAMILY, operation: operations.bopGet, reads: true }, (found) => {
    const { collection, id } = found;
    const selection = collection[removal === "" ? "get" : "take"](range, filter, offset, count);
    if (typeof selection === "string") return selection;
    const { elements, visited, touchesTrimmed } = selection;
    const { output, cache, node } = session;
    writeElements(output, cache.flags(id), elements);
    const isDropped = removal !== "" && settleDeletion(session, found, removal === "drop");
    output.line(removal === "" && touchesTrimmed ? "TRIMMED" : tailOf(removal, isDropped));
    if (node.longQueries.running) {
      const asker = askerOf(request, session);
      node.longQueries.bopGet(asker, visited, rangeText(range), filter !== null, offset, count, removal);
    }
    return "ok";
  });
}

/** `bop delete <key> <bkey|range> [<eflag_filter>] [<count>] [drop] [noreply|pipe]`. */
export function runDelete(request: Request, session: Session): void {
  let words = wordsBeforeReplyMode(request, session);
  const range = bkeyRangeAt(request, BKEY_WORD);
  const filtered = filterAt(request, BKEY_WORD + 1, words);
  if (range === null || filtered === null) return session.reply(BAD_FORMAT);
  const { filter, next } = filtered;
  const drop = words > next && request.is(words - 1, "drop");
  if (drop) words -= 1;
  const count = words > next ? uint32(request, next) : 0;
  if (words - next > 1 || count < 0) return session.reply(BAD_FORMAT);
  if (!session.pipe.admits(!session.noreply)) return;
  onCollection(request, session, { family: BTREE_FAMILY, operation: operations.bopDelete, reads: false }, (found) => {
    const selection = found.collection.delete(range, filter, count);
    if (typeof selection === "string") return selection;
    const isDropped = settleDeletion(session, found, drop);
    const { longQueries } = session.node;
    if (longQueries.running) {
      const asker = askerOf(request, session);
      longQueries.bopDelete(asker, selection.visited, rangeText(range), filter !== null, count, drop);
    }
    session.reply(tailOf("delete", isDropped));
    return "ok";
  });
}
