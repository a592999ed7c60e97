import type { BkeyRange } from "@branta/arcus-protocol";
import {
  type BtreeCollection,
  type BtreeSelection,
  type Outcome,
  smget,
  type SmgetRequest,
  type SmgetResult,
} from "@branta/arcus-engine";

import type { Request } from "../../connection/request.ts";
import { operations } from "../../stats/operations.ts";
import { type Found, OUTCOME_LINES } from "../collections/collection-access.ts";
import { BAD_FORMAT, KEY_WORD, refuse, skip, splitNames, uint32 } from "../collections/request-words.ts";
import { UINT32_MAX } from "../numbers.ts";
import type { Session } from "../command.ts";
import { writeElement } from "./bop-elements.ts";
import { bkeyRangeAt, filterAt, type FilterWords, type Window, windowAt } from "./bop-words.ts";
import { formatBkey } from "@branta/arcus-protocol";

const LENGTH_WORD = KEY_WORD;
const COUNT_WORD = KEY_WORD + 1;
const RANGE_WORD = KEY_WORD + 2;
const KEY_BYTES_MAX = 16_000;
const LINE_END_BYTES = 2;

const MGET_KEYS_MAX = 200;
const MGET_ELEMENTS_MAX = 50;
const SMGET_KEYS_MAX = 10_000;
/** Of offset and count together. */
const SMGET_ELEMENTS_MAX = 2000;

type Mode = SmgetRequest["mode"];

/** `<lenkeys> <numkeys> <bkey|range> [<eflag_filter>] [<offset>] <count> [duplicate|unique]`. */
interface ManyWords {
  readonly keyCount: number;
  readonly range: BkeyRange;
  readonly filter: FilterWords["filter"];
  readonly window: Window;
  readonly mode: Mode;
}

/** Length of the line of keys, for `dataLength`. */
export function keysLength(request: Request, session: Session): number {
  const many = parseMany(request);
  if (many === null) return refuse(session, BAD_FORMAT);
  const length = uint32(request, LENGTH_WORD);
  if (isWithinLimits(many, length, request.is(1, "mget"))) return length;
  session.reply("CLIENT_ERROR bad value");
  return skip(session, length + LINE_END_BYTES);
}

/** `bop mget`: the same range of many b+trees, one after the other. */
export function runMget(request: Request, session: Session): void {
  const many = parseMany(request);
  if (many === null) return session.reply(BAD_FORMAT);
  const keys = splitNames(request.dataText(), many.keyCount, KEY_BYTES_MAX);
  const { counters } = session.node;
  counters.keyless(operations.bopMget, keys !== null);
  if (keys === null) return session.reply("CLIENT_ERROR bad data chunk");
  const { output } = session;
  forEachKey(request, keys, (key, start, end) => {
    const found = find(request, session, start, end);
    const selection = typeof found === "string" ? found : getFrom(found, many);
    countGet(request, session, selection, start, end);
    if (typeof found === "string") return output.line(`VALUE ${key} ${OUTCOME_LINES[found]}`);
    if (typeof selection === "string") return output.line(`VALUE ${key} ${OUTCOME_LINES[selection]}`);
    const status = selection.touchesTrimmed ? "TRIMMED" : "OK";
    output.line(`VALUE ${key} ${status} ${session.cache.flags(found.id)} ${selection.elements.length}`);
    for (const element of selection.elements) writeElement(output, "ELEMENT ", element);
  });
  output.line("END");
}

/** `bop smget`: the same range of many b+trees, merged. */
export function runSmget(request: Request, session: Session): void {
  const many = parseMany(request);
  if (many === null) return session.reply(BAD_FORMAT);
  const keys = splitNames(request.dataText(), many.keyCount, KEY_BYTES_MAX);
  const { range, filter, mode, window } = many;
  let at = request.dataStart;
  const merge = (names: readonly string[]): ReturnType<typeof smget> =>
    smget(
      names,
      (key) => {
        const start = at;
        at += key.length + 1;
        const found = find(request, session, start, start + key.length);
        if (typeof found === "string") return found;
        return { collection: found.collection, flags: session.cache.flags(found.id) };
      },
      { range, filter, mode, ...window },
    );
  const result = keys === null ? "badValue" : merge(keys);
  session.node.counters.keyless(operations.bopSmget, typeof result !== "string");
  if (result === "badValue") session.reply("CLIENT_ERROR bad data chunk");
  else if (typeof result === "string") session.reply(OUTCOME_LINES[result]);
  else if (mode === "legacy") writeLegacy(session, keys!, result);
  else writeMerged(session, keys!, result);
}

function writeMerged(session: Session, keys: readonly string[], result: SmgetResult): void {
  const { output } = session;
  output.line(`ELEMENTS ${result.hits.length}`);
  writeHits(session, keys, result);
  output.line(`MISSED_KEYS ${result.missed.length}`);
  for (const { keyIndex, reason } of result.missed) output.line(`${keys[keyIndex]} ${OUTCOME_LINES[reason]}`);
  output.line(`TRIMMED_KEYS ${result.trimmedKeys.length}`);
  for (const { keyIndex, element } of result.trimmedKeys) output.line(`${keys[keyIndex]} ${formatBkey(element)}`);
  output.line(result.duplicated ? "DUPLICATED" : "END");
}

/** The answer as it was before arcus-memcached 1.8: nobody hears why a key was missed, nor which one was trimmed. */
function writeLegacy(session: Session, keys: readonly string[], result: SmgetResult): void {
  const { output } = session;
  output.line(`VALUE ${result.hits.length}`);
  writeHits(session, keys, result);
  output.line(`MISSED_KEYS ${result.missed.length}`);
  for (const { keyIndex } of result.missed) output.line(keys[keyIndex]);
  const words = [...(result.duplicated ? ["DUPLICATED"] : []), ...(result.endedByTrim ? ["TRIMMED"] : [])];
  output.line(words.join("_") || "END");
}

function writeHits({ output }: Session, keys: readonly string[], { hits }: SmgetResult): void {
  for (const { keyIndex, flags, element } of hits) writeElement(output, `${keys[keyIndex]} ${flags} `, element);
}

function find(
  request: Request,
  { cache }: Session,
  start: number,
  end: number,
): Found<BtreeCollection> | "keyNotFound" | "typeMismatch" {
  const id = cache.find(request.bytes, start, end);
  if (id === 0) return "keyNotFound";
  const collection = cache.collection(id);
  return collection?.type === "b+tree" ? { id, collection: collection as BtreeCollection } : "typeMismatch";
}

function getFrom({ collection }: Found<BtreeCollection>, many: ManyWords): BtreeSelection | Outcome {
  return collection.get(many.range, many.filter, many.window.offset, many.window.count);
}

function countGet(
  request: Request,
  { node }: Session,
  selection: BtreeSelection | Outcome,
  start: number,
  end: number,
): void {
  const { counters } = node;
  const { bytes } = request;
  if (typeof selection !== "string") counters.hit(operations.bopGet, bytes, start, end);
  else if (selection === "elementNotFound") counters.none(operations.bopGet, bytes, start, end);
  else if (selection === "typeMismatch" || selection === "bkeyMismatch") {
    counters.other(operations.bopGet, bytes, start, end);
  } else counters.miss(operations.bopGet, bytes, start, end);
}

function forEachKey(
  request: Request,
  keys: readonly string[],
  visit: (key: string, start: number, end: number) => void,
): void {
  let start = request.dataStart;
  for (const key of keys) {
    visit(key, start, start + key.length);
    start += key.length + 1;
  }
}

function isWithinLimits({ keyCount, window }: ManyWords, length: number, isMget: boolean): boolean {
  const { offset, count } = window;
  if (keyCount > Math.floor(length / 2) + 1 || length > keyCount * (KEY_BYTES_MAX + 1) - 1 || count === 0) return false;
  if (isMget) return keyCount <= MGET_KEYS_MAX && count <= MGET_ELEMENTS_MAX;
  return keyCount <= SMGET_KEYS_MAX && offset + count <= SMGET_ELEMENTS_MAX;
}

function parseMany(request: Request): ManyWords | null {
  const length = uint32(request, LENGTH_WORD);
  const keyCount = uint32(request, COUNT_WORD);
  const range = bkeyRangeAt(request, RANGE_WORD);
  if (length < 1 || length > UINT32_MAX - LINE_END_BYTES || keyCount < 1 || range === null) return null;
  const mode = request.is(1, "smget") ? modeOf(request) : "legacy";
  const words = mode === "legacy" ? request.count : request.count - 1;
  const from = RANGE_WORD + 1;
  const filtered = words - from > 3 ? filterAt(request, from, words) : { filter: null, next: from };
  if (filtered === null || filtered.next >= words) return null;
  const window = windowAt(request, filtered.next, words);
  return window === null ? null : { keyCount, range, filter: filtered.filter, window, mode };
}

function modeOf(request: Request): Mode {
  if (request.is(request.count - 1, "duplicate")) return "duplicate";
  return request.is(request.count - 1, "unique") ? "unique" : "legacy";
}
