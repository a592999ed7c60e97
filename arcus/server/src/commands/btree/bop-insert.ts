import { BtreeElement } from "@branta/arcus-engine";
import { type Bkey, parseBkey } from "@branta/arcus-protocol";

import type { Request } from "../../connection/request.ts";
import { operations } from "../../stats/operations.ts";
import { createCollection, insertElement } from "../collections/collection-access.ts";
import { type CreateWish, parseCreateOption, parseCreateWish } from "../collections/create-wish.ts";
import { BAD_FORMAT, elementLength, KEY_WORD, refuse, wordsBeforeReplyMode } from "../collections/request-words.ts";
import type { Session } from "../command.ts";
import { BTREE_FAMILY, writeElements } from "./bop-elements.ts";
import { BKEY_WORD, eflagAt, isHexAt } from "./bop-words.ts";

const TYPE = BTREE_FAMILY.type;

interface Insert {
  readonly bkey: Bkey;
  readonly eflag: string;
  readonly lengthWord: number;
  readonly wish: CreateWish | undefined;
  /** The element that gives way is wanted. */
  readonly getrim: boolean;
}

/** What the length was asked for, which is just before the insert is run. */
let parsed: Insert | null = null;

/** The element's length, for `dataLength`. */
export function insertLength(request: Request, session: Session): number {
  parsed = parseInsert(request, session);
  return parsed === null ? refuse(session, BAD_FORMAT) : elementLength(request, session, parsed.lengthWord);
}

/** `bop insert|upsert <key> <bkey> [<eflag>] <bytes> [create <attributes>] [noreply|pipe|getrim]`. */
export function runInsert(request: Request, session: Session): void {
  if (parsed === null) return session.reply(BAD_FORMAT);
  const { bkey, eflag, wish, getrim } = parsed;
  const element = new BtreeElement(bkey, eflag, request.dataText());
  const valueBytes = element.value.length + eflag.length;
  const replaces = request.is(1, "upsert");
  const trimmed: BtreeElement[] = [];
  const { noreply } = session;
  // With a trimmed element, the status line gives way to it.
  const access = { family: BTREE_FAMILY, operation: operations.bopInsert, wish, valueBytes };
  insertElement(request, session, access, (btree, room) => {
    const outcome = btree.insert(element, { replaces, ...room }, getrim ? trimmed : undefined);
    session.noreply ||= trimmed.length > 0;
    return outcome;
  });
  session.noreply = noreply;
  if (trimmed.length === 0) return;
  const id = session.cache.peek(request.bytes, request.start(KEY_WORD), request.end(KEY_WORD));
  writeElements(session.output, session.cache.flags(id), trimmed);
  session.output.line("TRIMMED");
}

/** `bop create <key> <attributes> [noreply]`. */
export function runCreate(request: Request, session: Session): void {
  const words = wordsBeforeReplyMode(request, session, false);
  const wish = parseCreateWish(request, KEY_WORD + 1, words, TYPE);
  if (wish === null) session.reply(BAD_FORMAT);
  else createCollection(request, session, BTREE_FAMILY, wish, operations.bopCreate);
}

function parseInsert(request: Request, session: Session): Insert | null {
  let words = wordsBeforeReplyMode(request, session);
  const getrim = !session.noreply && request.is(words - 1, "getrim");
  if (getrim) words -= 1;
  const bkey = parseBkey(request.bytes, request.start(BKEY_WORD), request.end(BKEY_WORD));
  const hasEflag = request.count > BKEY_WORD + 2 && isHexAt(request, BKEY_WORD + 1);
  const eflag = hasEflag ? eflagAt(request, BKEY_WORD + 1) : "";
  const lengthWord = BKEY_WORD + (hasEflag ? 2 : 1);
  if (bkey === null || eflag === null || lengthWord >= words) return null;
  const wish = parseCreateOption(request, lengthWord + 1, words, TYPE);
  return wish === null ? null : { bkey, eflag, lengthWord, wish, getrim };
}
