import {
  type Bkey,
  type BkeyRange,
  EFLAG_BYTES_MAX,
  EFLAG_FILTER_VALUES_MAX,
  type EflagFilter,
  formatBkey,
  isBitwiseOperator,
  isComparisonOperator,
  parseBkeyRange,
  parseEflag,
} from "@branta/arcus-protocol";

import type { Request } from "../../connection/request.ts";
import { KEY_WORD, uint32 } from "../collections/request-words.ts";

/** Where a bkey or a range stands in `bop get <key> <bkey>` and its like. */
export const BKEY_WORD = KEY_WORD + 1;

/** A filter and the first word behind it. */
export interface FilterWords {
  readonly filter: EflagFilter | null;
  readonly next: number;
}

/** Which of the matching elements are wanted. */
export interface Window {
  readonly offset: number;
  /** 0 for all. */
  readonly count: number;
}

/** A bkey or a range of bkeys; null for any other word. */
export function bkeyRangeAt(request: Request, word: number): BkeyRange | null {
  return word < request.count ? parseBkeyRange(request.bytes, request.start(word), request.end(word)) : null;
}

/** A single bkey; null for any other word, ranges included. */
export function bkeyAt(request: Request, word: number): Bkey | null {
  const range = bkeyRangeAt(request, word);
  return range === null || range.to !== null ? null : range.from;
}

/** A range as long-query detection shows it. */
export function rangeText({ from, to }: BkeyRange): string {
  return to === null ? formatBkey(from) : `${formatBkey(from)}..${formatBkey(to)}`;
}

/** Whether a word begins as flags do. */
export function isHexAt(request: Request, word: number): boolean {
  return request.length(word) >= 2 && request.bytes.latin1Slice(request.start(word), request.start(word) + 2) === "0x";
}

export function eflagAt(request: Request, word: number): string | null {
  return word < request.count ? parseEflag(request.bytes, request.start(word), request.end(word)) : null;
}

/**
 * Reads `<offset> [<operator> <operand>] <comparison> <value>[,<value>…]` from a word on, if it stands there: its
 * third word then begins with 0x. Null when it does and is wrong.
 */
export function filterAt(request: Request, from: number, to: number): FilterWords | null {
  if (to - from < 3 || !isHexAt(request, from + 2)) return { filter: null, next: from };
  const offset = uint32(request, from);
  if (offset < 0 || offset >= EFLAG_BYTES_MAX) return null;
  let next = from + 1;
  let bitwise: EflagFilter["bitwise"] = null;
  if (to - from >= 5 && isHexAt(request, from + 4)) {
    const operator = request.text(next);
    const operand = eflagAt(request, next + 1);
    if (!isBitwiseOperator(operator) || operand === null) return null;
    bitwise = { operator, operand };
    next += 2;
  }
  const comparison = request.text(next);
  if (!isComparisonOperator(comparison)) return null;
  const isList = comparison === "EQ" || comparison === "NE";
  const values = valuesAt(request, next + 1, isList);
  if (values === null || offset + values[0].length > EFLAG_BYTES_MAX) return null;
  if (bitwise !== null && bitwise.operand.length !== values[0].length) return null;
  return { filter: { offset, bitwise, comparison, values }, next: next + 2 };
}

/** Reads `[[<offset>] <count>]` in the words from … to − 1. */
export function windowAt(request: Request, from: number, to: number): Window | null {
  if (from === to) return { offset: 0, count: 0 };
  if (to - from > 2) return null;
  const offset = to - from === 2 ? uint32(request, from) : 0;
  const count = uint32(request, to - 1);
  return offset < 0 || count < 0 ? null : { offset, count };
}

function valuesAt(request: Request, word: number, isList: boolean): [string, ...string[]] | null {
  const { bytes } = request;
  const end = request.end(word);
  const values: string[] = [];
  let start = request.start(word);
  while (start < end) {
    const comma = isList ? bytes.indexOf(0x2c, start) : -1;
    const stop = comma < 0 || comma > end ? end : comma;
    if (stop > start) {
      const value = parseEflag(bytes, start, stop);
      if (value === null || values.length === EFLAG_FILTER_VALUES_MAX) return null;
      if (values.length > 0 && value.length !== values[0].length) return null;
      values.push(value);
    }
    start = stop + 1;
  }
  return values.length === 0 ? null : (values as [string, ...string[]]);
}
