import type { BitwiseOperator, EflagUpdate } from "@branta/arcus-protocol";
import type { CallOptions } from "../call-options.ts";
import type { InsertOptions, InsertOutcome } from "./collection-options.ts";
import { toEflag, type TreeElement } from "./tree-values.ts";

/** What was found in a b+tree. */
export interface TreeContents<T> {
  readonly elements: readonly TreeElement<T>[];
  /** True if elements that the range reaches to have been trimmed. */
  readonly trimmed: boolean;
}

/** An element with its neighbours. */
export interface AroundResult<T> {
  /** Of the element in the tree, from 0. */
  readonly position: number;
  /** Of the element among `elements`. */
  readonly index: number;
  readonly elements: readonly TreeElement<T>[];
}

/** Of a call that inserts an element. */
export interface TreeInsertOptions<T> extends InsertOptions<T> {
  /** 1 to 31 bytes, to select elements by. None. */
  readonly eflag?: Uint8Array | undefined;
}

/** How an insert came out that asked what had to go. */
export interface TreeInsertResult<T> {
  readonly outcome: InsertOutcome;
  readonly trimmed: TreeElement<T> | null;
}

/** A flag's new bytes, null for none, or what is done to a part of them. */
export type EflagChange =
  | Uint8Array
  | null
  | { readonly operator: BitwiseOperator; readonly offset: number; readonly operand: Uint8Array };

/** What is changed; what is not given stays. */
export interface TreeUpdate<T> {
  readonly value?: T | undefined;
  readonly eflag?: EflagChange | undefined;
}

/** Of a call that counts an element up or down. */
export interface TreeCountOptions extends CallOptions {
  /** By how much, 1. */
  readonly delta?: number | bigint | undefined;
  /** What an element that is not there becomes; without it, it stays away. */
  readonly initial?: number | bigint | undefined;
  /** Of an element that was not there. None. */
  readonly eflag?: Uint8Array | undefined;
}

/** The change as a request has it; null: none. */
export function updateOf(change: EflagChange | undefined): EflagUpdate | null {
  if (change === undefined) return null;
  if (change === null || change instanceof Uint8Array) return { bitwise: null, value: toEflag(change) };
  const { operator, offset, operand } = change;
  return { bitwise: { operator, offset }, value: toEflag(operand) };
}
