import { type Bkey, type BkeyRange, formatBkey } from "../bkey.ts";
import { type Eflag, type EflagFilter, type EflagUpdate, formatEflag } from "../eflag.ts";
import { type AfterGet, createClause, type NewCollection, thenClause } from "./collection-requests.ts";
import { checkKey, line, type Request, wordBlock } from "./request.ts";

/** Which elements of a b+tree: between two bkeys, or at one, and of those the ones whose flag passes. */
export interface TreeSelection {
  readonly range: BkeyRange;
  readonly filter: EflagFilter | null;
  /** How many of them are passed over. */
  readonly offset: number;
  /** How many at most; 0: all. */
  readonly count: number;
}

/** An element to be stored. */
export interface NewTreeElement {
  readonly bkey: Bkey;
  /** Empty: none. */
  readonly eflag: Eflag;
  readonly data: Uint8Array;
}

export type Order = "asc" | "desc";

/** @param getTrimmed also answers with the element that had to go for it */
export function treeStoreRequest(
  verb: "insert" | "upsert",
  key: string,
  element: NewTreeElement,
  create: NewCollection | null,
  getTrimmed = false,
): Request {
  const { bkey, eflag, data } = element;
  const words = `${formatBkey(bkey)}${eflagWord(eflag)} ${data.length}${createClause(create)}`;
  return { head: `bop ${verb} ${checkKey(key)} ${words}${getTrimmed ? " getrim" : ""}`, data };
}

/** @param eflag null: stays as it is. @param data null: stays as it is */
export function treeUpdateRequest(
  key: string,
  bkey: Bkey,
  eflag: EflagUpdate | null,
  data: Uint8Array | null,
): Request {
  const words = `${formatBkey(bkey)}${updateWords(eflag)}`;
  return { head: `bop update ${checkKey(key)} ${words} ${data === null ? -1 : data.length}`, data };
}

/** Deletes what is selected; an offset is not possible. */
export function treeDeleteRequest(key: string, selection: TreeSelection, drop: boolean): Request {
  const count = selection.count === 0 ? "" : ` ${selection.count}`;
  return line(`bop delete ${checkKey(key)} ${rangeAndFilter(selection)}${count}${drop ? " drop" : ""}`);
}

export function treeGetRequest(key: string, selection: TreeSelection, then: AfterGet): Request {
  const { offset, count } = selection;
  const page = offset === 0 ? (count === 0 ? "" : ` ${count}`) : ` ${offset} ${count}`;
  return line(`bop get ${checkKey(key)} ${rangeAndFilter(selection)}${page}${thenClause(then)}`);
}

export function treeCountRequest(key: string, selection: TreeSelection): Request {
  return line(`bop count ${checkKey(key)} ${rangeAndFilter(selection)}`);
}

/** @param initial what an element that is not there begins with, and its flag; null: it must be there */
export function treeArithmeticRequest(
  verb: "incr" | "decr",
  key: string,
  bkey: Bkey,
  delta: bigint,
  initial: { readonly value: bigint; readonly eflag: Eflag } | null,
): Request {
  const rest = initial === null ? "" : ` ${initial.value}${eflagWord(initial.eflag)}`;
  return line(`bop ${verb} ${checkKey(key)} ${formatBkey(bkey)} ${delta}${rest}`);
}

/** The same selection of many b+trees; a count is needed. */
export function manyTreesRequest(keys: readonly string[], selection: TreeSelection): Request {
  for (const key of keys) checkKey(key);
  const { sizes, data } = wordBlock(keys);
  const offset = selection.offset === 0 ? "" : ` ${selection.offset}`;
  return { head: `bop mget ${sizes} ${rangeAndFilter(selection)}${offset} ${selection.count}`, data };
}

/** The same selection of many b+trees, merged; a count is needed, an offset is not possible. */
export function sortMergeRequest(keys: readonly string[], selection: TreeSelection, unique: boolean): Request {
  for (const key of keys) checkKey(key);
  const { sizes, data } = wordBlock(keys);
  const mode = unique ? "unique" : "duplicate";
  return { head: `bop smget ${sizes} ${rangeAndFilter(selection)} ${selection.count} ${mode}`, data };
}

export function treePositionRequest(key: string, bkey: Bkey, order: Order): Request {
  return line(`bop position ${checkKey(key)} ${formatBkey(bkey)} ${order}`);
}

/** @param positions `3`, `0..9` */
export function treeByPositionRequest(key: string, order: Order, positions: string): Request {
  return line(`bop gbp ${checkKey(key)} ${order} ${positions}`);
}

/** @param count neighbours on either side */
export function treeAroundRequest(key: string, bkey: Bkey, order: Order, count: number): Request {
  return line(`bop pwg ${checkKey(key)} ${formatBkey(bkey)} ${order}${count === 0 ? "" : ` ${count}`}`);
}

function rangeAndFilter({ range, filter }: TreeSelection): string {
  const to = range.to === null ? "" : `..${formatBkey(range.to)}`;
  return `${formatBkey(range.from)}${to}${filter === null ? "" : ` ${formatFilter(filter)}`}`;
}

/** `<offset> [<&|^> <operand>] <EQ…GE> <value>[,<value>…]` */
function formatFilter({ offset, bitwise, comparison, values }: EflagFilter): string {
  const operation = bitwise === null ? "" : ` ${bitwise.operator} ${formatEflag(bitwise.operand)}`;
  return `${offset}${operation} ${comparison} ${values.map(formatEflag).join(",")}`;
}

function eflagWord(eflag: Eflag): string {
  return eflag === "" ? "" : ` ${formatEflag(eflag)}`;
}

/** `[<offset> <&|^>] <eflag>`; the flag `0` takes it away. */
function updateWords(update: EflagUpdate | null): string {
  if (update === null) return "";
  if (update.bitwise === null) return update.value === "" ? " 0" : ` ${formatEflag(update.value)}`;
  return ` ${update.bitwise.offset} ${update.bitwise.operator} ${formatEflag(update.value)}`;
}
