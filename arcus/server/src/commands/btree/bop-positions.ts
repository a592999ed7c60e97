import { type BtreeOrder, countRange, elementsAt, neighbourhoodOf, positionOf } from "@branta/arcus-engine";

import type { Request } from "../../connection/request.ts";
import { operations } from "../../stats/operations.ts";
import { askerOf, onCollection } from "../collections/collection-access.ts";
import { BAD_FORMAT, uint32 } from "../collections/request-words.ts";
import { UINT32_MAX } from "../numbers.ts";
import type { Session } from "../command.ts";
import { BTREE_FAMILY, writeElement, writeElements } from "./bop-elements.ts";
import { BKEY_WORD, bkeyAt, bkeyRangeAt, filterAt, rangeText } from "./bop-words.ts";

/** Neighbours that `bop pwg` answers on either side, at most. */
const REACH_MAX = 100;
const POSITION_RANGE = /^(\d{1,10})(?:\.\.(\d{1,10}))?$/;

/** `bop count <key> <bkey|range> [<eflag_filter>]`. */
export function runCount(request: Request, session: Session): void {
  const range = bkeyRangeAt(request, BKEY_WORD);
  const filtered = filterAt(request, BKEY_WORD + 1, request.count);
  if (range === null || filtered === null || filtered.next !== request.count) return session.reply(BAD_FORMAT);
  const { filter } = filtered;
  const access = { family: BTREE_FAMILY, operation: operations.bopCount, reads: true };
  onCollection(request, session, access, ({ collection }) => {
    const counted = countRange(collection, range, filter);
    if (typeof counted === "string") return counted;
    const { longQueries } = session.node;
    if (longQueries.running) {
      longQueries.bopCount(askerOf(request, session), counted.visited, rangeText(range), filter !== null);
    }
    session.reply(`COUNT=${counted.count}`);
    return "ok";
  });
}

/** `bop position <key> <bkey> <order>`. */
export function runPosition(request: Request, session: Session): void {
  const bkey = bkeyAt(request, BKEY_WORD);
  const order = orderAt(request, BKEY_WORD + 1);
  if (bkey === null || order === null) return session.reply(BAD_FORMAT);
  const access = { family: BTREE_FAMILY, operation: operations.bopPosition, reads: true };
  onCollection(request, session, access, ({ collection }) => {
    const position = positionOf(collection, bkey, order);
    if (typeof position === "string") return position;
    session.reply(`POSITION=${position}`);
    return "ok";
  });
}

/** `bop pwg <key> <bkey> <order> [<count>]`: the position with the element and its neighbours. */
export function runPositionWithGet(request: Request, session: Session): void {
  const bkey = bkeyAt(request, BKEY_WORD);
  const order = orderAt(request, BKEY_WORD + 1);
  const reach = request.count > BKEY_WORD + 2 ? uint32(request, BKEY_WORD + 2) : 0;
  if (bkey === null || order === null || reach < 0) return session.reply(BAD_FORMAT);
  if (reach > REACH_MAX) return session.reply("CLIENT_ERROR too large count value");
  const access = { family: BTREE_FAMILY, operation: operations.bopPwg, reads: true };
  onCollection(request, session, access, ({ id, collection }) => {
    const around = neighbourhoodOf(collection, bkey, order, reach);
    if (typeof around === "string") return around;
    const { position, elements, index } = around;
    const { output, cache } = session;
    output.line(`VALUE ${position} ${cache.flags(id)} ${elements.length} ${index}`);
    for (const element of elements) writeElement(output, "", element);
    output.line("END");
    return "ok";
  });
}

/** `bop gbp <key> <order> <position|range>`: the elements at positions. */
export function runGetByPosition(request: Request, session: Session): void {
  const order = orderAt(request, BKEY_WORD);
  const match = POSITION_RANGE.exec(request.text(BKEY_WORD + 1));
  const from = Number(match?.[1]);
  const to = Number(match?.[2] ?? match?.[1]);
  if (order === null || !(from <= UINT32_MAX && to <= UINT32_MAX)) return session.reply(BAD_FORMAT);
  const access = { family: BTREE_FAMILY, operation: operations.bopGbp, reads: true };
  onCollection(request, session, access, ({ id, collection }) => {
    const elements = elementsAt(collection, order, from, to);
    if (typeof elements === "string") return elements;
    const { output, cache, node } = session;
    writeElements(output, cache.flags(id), elements);
    output.line("END");
    if (node.longQueries.running) {
      node.longQueries.bopGbp(askerOf(request, session), elements.length, from, to, order);
    }
    return "ok";
  });
}

function orderAt(request: Request, word: number): BtreeOrder | null {
  if (request.is(word, "asc")) return "asc";
  return request.is(word, "desc") ? "desc" : null;
}
