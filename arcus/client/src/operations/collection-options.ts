import type { AfterGet, NewCollection } from "@branta/arcus-protocol";
import type { CallOptions } from "../call-options.ts";
import type { ValueCodec, ValueOptions } from "../values/codec.ts";
import { type Expiry, expireSecondsOf } from "./expiry.ts";

/** What happens when a collection is full, by its type; `error`: nothing can be inserted. */
export type OverflowAction =
  | "error"
  /** Lists. tail_trim is their default. */
  | "head_trim"
  | "tail_trim"
  /** B+trees. smallest_trim is their default; the silent ones do not remember that something was trimmed. */
  | "smallest_trim"
  | "largest_trim"
  | "smallest_silent_trim"
  | "largest_silent_trim";

/** What a new collection is like. */
export interface CollectionAttributes {
  /** 0. */
  readonly expireSeconds?: Expiry | undefined;
  /** Elements at most; 0: as many as the node's default, 4 000. 0. */
  readonly maxCount?: number | undefined;
  /** The default of its type. */
  readonly overflow?: OverflowAction | undefined;
  /** Nobody can read it until its attribute `readable` is set: for filling it first. false. */
  readonly unreadable?: boolean | undefined;
}

/** Of a call that makes a collection. */
export interface CreateOptions<T> extends CallOptions, ValueOptions<T>, CollectionAttributes {
  /** A value of the kind that will be stored: the collection says once for all elements what they are. Text. */
  readonly elementsLike?: T | undefined;
}

/** Of a call that inserts. */
export interface InsertOptions<T> extends CallOptions, ValueOptions<T> {
  /** Makes the collection if it is not there; `true` with all defaults. false. */
  readonly create?: CollectionAttributes | boolean | undefined;
}

/** Of a call that reads elements. */
export interface ElementReadOptions<T> extends CallOptions, ValueOptions<T> {
  /** What becomes of the elements that were read: `drop` deletes a collection that has become empty, too. "keep". */
  readonly then?: AfterGet | undefined;
}

/** Of a call that deletes elements. */
export interface ElementDeleteOptions extends CallOptions {
  /** Deletes a collection that has become empty, too. false. */
  readonly drop?: boolean | undefined;
}

/** How an insert came out. */
export type InsertOutcome =
  | "stored"
  /** The collection was made for it. */
  | "created"
  /** Another value took its place. */
  | "replaced"
  /** There is such an element; nothing was changed. */
  | "exists"
  /** There is no such collection; nothing was changed. */
  | "notFound";

export const INSERT_MEANINGS = {
  STORED: "stored",
  CREATED_STORED: "created",
  REPLACED: "replaced",
  ELEMENT_EXISTS: "exists",
  NOT_FOUND: "notFound",
} as const satisfies Record<string, InsertOutcome>;

export const DELETE_MEANINGS = {
  DELETED: true,
  DELETED_DROPPED: true,
  NOT_FOUND: false,
  NOT_FOUND_ELEMENT: false,
} as const;

/** The attributes as a request has them. */
export function newCollection(attributes: CollectionAttributes, flags: number): NewCollection {
  return {
    flags,
    expireSeconds: expireSecondsOf(attributes.expireSeconds),
    maxCount: attributes.maxCount ?? 0,
    overflowAction: attributes.overflow ?? null,
    unreadable: attributes.unreadable ?? false,
  };
}

/** The `create` of an insert; null if it says no. */
export function createOf(create: CollectionAttributes | boolean | undefined, flags: number): NewCollection | null {
  if (create === undefined || create === false) return null;
  return newCollection(create === true ? {} : create, flags);
}

/** The flags of a collection for such values. */
export function flagsOf<T>(codec: ValueCodec, key: string, options: CreateOptions<T>): number {
  const { elementsLike } = options;
  return elementsLike === undefined ? 0 : codec.encode(key, elementsLike, options, "element").flags;
}
