import { ArcusProtocolError } from "../protocol-error.ts";

/** A command as it is sent: a line, and for some a block of data behind it. */
export interface Request {
  /** The line without its end; sent as UTF-8. */
  readonly head: string;
  readonly data: Uint8Array | null;
}

/** Longest key, bytes. */
const KEY_BYTES_MAX = 16_000;
/** Longest field of a map, bytes. */
const FIELD_BYTES_MAX = 250;
// Printable ASCII but the space, the common case, needs no second look.
const PLAIN = /^[!-~]+$/;
const FORBIDDEN = /[\0-\x20\x7f]/;

/** A command without data. */
export function line(head: string): Request {
  return { head, data: null };
}

/**
 * The same command as part of a pipe, whose answers come together after the last of it. Can be said of lop insert and delete,
 * sop insert, delete and exist, mop insert, upsert, update and delete, bop insert, upsert, update, delete, incr and decr.
 */
export function piped(request: Request): Request {
  return { head: `${request.head} pipe`, data: request.data };
}

/** @throws ArcusProtocolError "invalidKey": without such a check a key could bring commands of its own */
export function checkKey(key: string): string {
  return checkWord(key, "key", "invalidKey", KEY_BYTES_MAX);
}

/** @throws ArcusProtocolError "invalidField" */
export function checkField(field: string): string {
  return checkWord(field, "field", "invalidField", FIELD_BYTES_MAX);
}

/** `<bytes> <number>` of a list of keys or fields, and the list as data. */
export function wordBlock(words: readonly string[]): { readonly sizes: string; readonly data: Buffer } {
  const data = Buffer.from(words.join(" "));
  return { sizes: `${data.length} ${words.length}`, data };
}

function checkWord(word: string, name: string, code: "invalidKey" | "invalidField", bytesMax: number): string {
  if (PLAIN.test(word) && word.length <= bytesMax) return word;
  if (word !== "" && !FORBIDDEN.test(word) && Buffer.byteLength(word) <= bytesMax) return word;
  const shown = word.length > 60 ? `${word.slice(0, 60)}…` : word;
  throw new ArcusProtocolError(
    code,
    `Cannot use the ${name} ${JSON.stringify(shown)}: wanted are 1 to ${bytesMax} bytes without spaces and control characters`,
  );
}
