import { checkKey, line, type Request, wordBlock } from "./request.ts";

export type StoreVerb = "set" | "add" | "replace" | "append" | "prepend";

/** @param expireSeconds as nodes count: 0 never, −1 sticky, up to 30 days from now on, above that Unix time */
export function storeRequest(
  verb: StoreVerb,
  key: string,
  flags: number,
  expireSeconds: number,
  data: Uint8Array,
): Request {
  return { head: `${verb} ${checkKey(key)} ${flags} ${expireSeconds} ${data.length}`, data };
}

/** Stores only if the item is the one that was read. */
export function casRequest(key: string, flags: number, expireSeconds: number, cas: bigint, data: Uint8Array): Request {
  return { head: `cas ${checkKey(key)} ${flags} ${expireSeconds} ${data.length} ${cas}`, data };
}

/** Reads one key. */
export function getRequest(key: string, withCas: boolean): Request {
  return line(`${withCas ? "gets" : "get"} ${checkKey(key)}`);
}

/** Reads many keys. */
export function getManyRequest(keys: readonly string[], withCas: boolean): Request {
  for (const key of keys) checkKey(key);
  const { sizes, data } = wordBlock(keys);
  return { head: `${withCas ? "mgets" : "mget"} ${sizes}`, data };
}

/** What an incr or decr makes of a key that is not there. */
export interface InitialCount {
  readonly flags: number;
  readonly expireSeconds: number;
  readonly initial: bigint;
}

export function countRequest(verb: "incr" | "decr", key: string, delta: bigint, create: InitialCount | null): Request {
  const rest = create === null ? "" : ` ${create.flags} ${create.expireSeconds} ${create.initial}`;
  return line(`${verb} ${checkKey(key)} ${delta}${rest}`);
}

export function deleteRequest(key: string): Request {
  return line(`delete ${checkKey(key)}`);
}

export function touchRequest(key: string, expireSeconds: number): Request {
  return line(`touch ${checkKey(key)} ${expireSeconds}`);
}

/** @param delaySeconds when, from now on */
export function flushAllRequest(delaySeconds: number): Request {
  return line(delaySeconds === 0 ? "flush_all" : `flush_all ${delaySeconds}`);
}

/** @param prefix null: all keys that have none */
export function flushPrefixRequest(prefix: string | null, delaySeconds: number): Request {
  const word = prefix === null ? "<null>" : checkKey(prefix);
  return line(delaySeconds === 0 ? `flush_prefix ${word}` : `flush_prefix ${word} ${delaySeconds}`);
}
