import { ErrorReply, formatBkey, getAttributesRequest, LinesReply, setAttributesRequest } from "@branta/arcus-protocol";
import { ArcusError } from "../arcus-error.ts";
import type { CallOptions } from "../call-options.ts";
import type { OverflowAction } from "./collection-options.ts";
import type { Core } from "./core.ts";
import { type Expiry, expireSecondsOf } from "./expiry.ts";
import { meaningOf, STATUS_REPLY } from "./replies.ts";
import { type BkeyInput, bkeyFromText, toBkey } from "./tree-values.ts";

/** What an item is. */
export interface Attributes {
  readonly type: "kv" | "list" | "set" | "map" | "b+tree";
  readonly flags: number;
  /** Seconds that it still has; 0: it stays; −1: it is sticky. */
  readonly expireSeconds: number;
  /** Of a collection; else null. */
  readonly collection: {
    readonly count: number;
    readonly maxCount: number;
    readonly overflow: OverflowAction;
    readonly readable: boolean;
  } | null;
  /** Of a b+tree; else null. */
  readonly tree: {
    /** 0: no limit. */
    readonly maxBkeyRange: bigint | Buffer;
    /** Null: it is empty. */
    readonly minBkey: bigint | Buffer | null;
    readonly maxBkey: bigint | Buffer | null;
    readonly trimmed: boolean;
  } | null;
}

/** What can be changed; what is not given stays. */
export interface AttributeChanges {
  readonly expireSeconds?: Expiry | undefined;
  readonly maxCount?: number | undefined;
  readonly overflow?: OverflowAction | undefined;
  /** Makes a collection readable that was made unreadable; there is no way back. */
  readonly readable?: true | undefined;
  /** Of a b+tree: how far the greatest bkey may be from the least; 0: any. */
  readonly maxBkeyRange?: BkeyInput | undefined;
}

/** @returns null if the key is not there. @throws ArcusError */
export async function readAttributes(core: Core, key: string, call: CallOptions): Promise<Attributes | null> {
  const makeRequest = () => getAttributesRequest(key, []);
  const reply = await core.dispatcher.execute(key, makeRequest, new LinesReply("ATTR"), call);
  if (typeof reply === "string" || reply instanceof ErrorReply) {
    return meaningOf(reply, { NOT_FOUND: null }, "get attributes of", key);
  }
  const lines = reply.map((line): [string, string] => {
    const equals = line.indexOf("=");
    return [line.slice(0, equals), line.slice(equals + 1)];
  });
  return parseAttributes(new Map(lines));
}

/** @returns whether the key is there. @throws ArcusError refused, if the item cannot have such an attribute */
export async function writeAttributes(
  core: Core,
  key: string,
  changes: AttributeChanges,
  call: CallOptions,
): Promise<boolean> {
  const { expireSeconds, maxCount, overflow, readable, maxBkeyRange } = changes;
  const words = {
    expiretime: expireSeconds === undefined ? undefined : expireSecondsOf(expireSeconds),
    maxcount: maxCount,
    overflowaction: overflow,
    readable: readable === true ? "on" : undefined,
    maxbkeyrange: maxBkeyRange === undefined ? undefined : formatBkey(toBkey(maxBkeyRange)),
  };
  const assignments = Object.entries(words).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  if (assignments.length === 0) {
    throw new ArcusError("invalidArgument", `Cannot set attributes of "${key}": wanted is at least one`, { key });
  }
  const makeRequest = () => setAttributesRequest(key, assignments);
  const reply = await core.dispatcher.execute(key, makeRequest, STATUS_REPLY, call);
  return meaningOf(reply, { OK: true, NOT_FOUND: false }, "set attributes of", key);
}

function parseAttributes(words: ReadonlyMap<string, string>): Attributes {
  const type = (words.get("type") ?? "kv") as Attributes["type"];
  const collection =
    type === "kv"
      ? null
      : {
          count: Number(words.get("count")),
          maxCount: Number(words.get("maxcount")),
          overflow: (words.get("overflowaction") ?? "error") as OverflowAction,
          readable: words.get("readable") === "on",
        };
  const bkey = (name: string): bigint | Buffer | null => {
    const text = words.get(name) ?? "";
    return /^(?:\d+|0x[0-9A-Fa-f]+)$/.test(text) ? bkeyFromText(text) : null;
  };
  const tree =
    type === "b+tree"
      ? {
          maxBkeyRange: bkey("maxbkeyrange") ?? 0n,
          minBkey: bkey("minbkey"),
          maxBkey: bkey("maxbkey"),
          trimmed: words.get("trimmed") === "1",
        }
      : null;
  const { flags, expiretime } = Object.fromEntries(words);
  return { type, flags: Number(flags), expireSeconds: Number(expiretime), collection, tree };
}
