import { checkField, checkKey, line, type Request, wordBlock } from "./request.ts";

/** What a collection has from the start. */
export interface NewCollection {
  readonly flags: number;
  readonly expireSeconds: number;
  /** 0: as many as the node's default. */
  readonly maxCount: number;
  /** What happens when it is full; null: the default of its type. */
  readonly overflowAction: string | null;
  /** Nobody can read it until its attribute `readable` is set: for filling it first. */
  readonly unreadable: boolean;
}

/** What becomes of the elements that a get has read; `drop` also deletes a collection that has become empty. */
export type AfterGet = "keep" | "delete" | "drop";

const THEN = { keep: "", delete: " delete", drop: " drop" } as const satisfies Record<AfterGet, string>;

/** `lop`: list; `sop`: set; `mop`: map; `bop`: b+tree. */
export function createRequest(family: "lop" | "sop" | "mop" | "bop", key: string, attributes: NewCollection): Request {
  return line(`${family} create ${checkKey(key)} ${attributeWords(attributes)}`);
}

/** ` create <attributes>` behind an insert; "" if the collection must be there. */
export function createClause(create: NewCollection | null): string {
  return create === null ? "" : ` create ${attributeWords(create)}`;
}

/** What follows a get. */
export function thenClause(then: AfterGet): string {
  return THEN[then];
}

/** @param index from 0; negative ones count from the tail */
export function listInsertRequest(key: string, index: number, data: Uint8Array, create: NewCollection | null): Request {
  return { head: `lop insert ${checkKey(key)} ${index} ${data.length}${createClause(create)}`, data };
}

/** @param range `3`, `0..-1`, `-1..0` */
export function listGetRequest(key: string, range: string, then: AfterGet): Request {
  return line(`lop get ${checkKey(key)} ${range}${THEN[then]}`);
}

export function listDeleteRequest(key: string, range: string, drop: boolean): Request {
  return line(`lop delete ${checkKey(key)} ${range}${drop ? " drop" : ""}`);
}

export function setInsertRequest(key: string, data: Uint8Array, create: NewCollection | null): Request {
  return { head: `sop insert ${checkKey(key)} ${data.length}${createClause(create)}`, data };
}

export function setExistRequest(key: string, data: Uint8Array): Request {
  return { head: `sop exist ${checkKey(key)} ${data.length}`, data };
}

export function setDeleteRequest(key: string, data: Uint8Array, drop: boolean): Request {
  return { head: `sop delete ${checkKey(key)} ${data.length}${drop ? " drop" : ""}`, data };
}

/** @param count how many of its elements, drawn at random; 0: all */
export function setGetRequest(key: string, count: number, then: AfterGet): Request {
  return line(`sop get ${checkKey(key)} ${count}${THEN[then]}`);
}

export function mapStoreRequest(
  verb: "insert" | "upsert",
  key: string,
  field: string,
  data: Uint8Array,
  create: NewCollection | null,
): Request {
  return { head: `mop ${verb} ${checkKey(key)} ${checkField(field)} ${data.length}${createClause(create)}`, data };
}

export function mapUpdateRequest(key: string, field: string, data: Uint8Array): Request {
  return { head: `mop update ${checkKey(key)} ${checkField(field)} ${data.length}`, data };
}

/** @param fields none: all */
export function mapGetRequest(key: string, fields: readonly string[], then: AfterGet): Request {
  const { sizes, data } = fieldBlock(fields);
  return { head: `mop get ${checkKey(key)} ${sizes}${THEN[then]}`, data };
}

/** @param fields none: all */
export function mapDeleteRequest(key: string, fields: readonly string[], drop: boolean): Request {
  const { sizes, data } = fieldBlock(fields);
  return { head: `mop delete ${checkKey(key)} ${sizes}${drop ? " drop" : ""}`, data };
}

function fieldBlock(fields: readonly string[]): { readonly sizes: string; readonly data: Buffer | null } {
  if (fields.length === 0) return { sizes: "0 0", data: null };
  for (const field of fields) checkField(field);
  return wordBlock(fields);
}

function attributeWords({ flags, expireSeconds, maxCount, overflowAction, unreadable }: NewCollection): string {
  const overflow = overflowAction === null ? "" : ` ${overflowAction}`;
  return `${flags} ${expireSeconds} ${maxCount}${overflow}${unreadable ? " unreadable" : ""}`;
}
