import {
  type BitwiseOperator,
  type Bkey,
  type BkeyElement,
  BKEY_BYTES_MAX,
  bytesBkey,
  type ComparisonOperator,
  EFLAG_BYTES_MAX,
  type EflagFilter,
  numberBkey,
  type TreeSelection,
} from "@branta/arcus-protocol";
import { ArcusError } from "../arcus-error.ts";

/** The key of an element of a b+tree: a whole number from 0 to 2^64−1, or 1 to 31 bytes. A tree has one kind only. */
export type BkeyInput = number | bigint | Uint8Array;

/** One bkey, or from the first to the second, both included; the other way round reads backwards. */
export type BkeyRangeInput = BkeyInput | readonly [from: BkeyInput, to: BkeyInput];

/** An element as it was read. */
export interface TreeElement<T> {
  /** Numbers are bigints, for they may go beyond 2^53. */
  readonly bkey: bigint | Buffer;
  /** Null if it has none. */
  readonly eflag: Buffer | null;
  readonly value: T;
}

/** Which elements are wanted, by the bytes of their flag. */
export interface EflagFilterInput {
  /** Where in the flag, in bytes. 0. */
  readonly offset?: number | undefined;
  /** What is done to the bytes before they are compared; the operand is as long as the values. */
  readonly bitwise?: { readonly operator: BitwiseOperator; readonly operand: Uint8Array } | undefined;
  readonly comparison: ComparisonOperator;
  /** Several only for EQ (is one of them) and NE (is none of them); all of one length. */
  readonly values: Uint8Array | readonly [Uint8Array, ...Uint8Array[]];
}

/** Of a call that selects elements. */
export interface SelectOptions {
  readonly filter?: EflagFilterInput | undefined;
  /** How many of the selected ones are passed over. 0. */
  readonly offset?: number | undefined;
  /** How many at most; 0: all. 0. */
  readonly count?: number | undefined;
}

const UINT64_MAX = 2n ** 64n - 1n;

/** @throws ArcusError invalidArgument */
export function toBkey(bkey: BkeyInput): Bkey {
  if (bkey instanceof Uint8Array) {
    if (bkey.length >= 1 && bkey.length <= BKEY_BYTES_MAX) return bytesBkey(toLatin1(bkey));
  } else if (typeof bkey === "bigint" ? bkey >= 0n && bkey <= UINT64_MAX : Number.isSafeInteger(bkey) && bkey >= 0) {
    return numberBkey(bkey);
  }
  const shown = bkey instanceof Uint8Array ? `${bkey.length} bytes` : `${bkey}`;
  const wanted = `a whole number from 0 to 2^64-1 (above 2^53 a bigint), or 1 to ${BKEY_BYTES_MAX} bytes`;
  throw new ArcusError("invalidArgument", `Cannot use the bkey "${shown}": wanted is ${wanted}`);
}

/** @throws ArcusError invalidArgument */
export function toEflag(eflag: Uint8Array | null | undefined): string {
  if (eflag === null || eflag === undefined) return "";
  if (eflag.length >= 1 && eflag.length <= EFLAG_BYTES_MAX) return toLatin1(eflag);
  const wanted = `1 to ${EFLAG_BYTES_MAX} bytes`;
  throw new ArcusError("invalidArgument", `Cannot use an element flag of ${eflag.length} bytes: wanted are ${wanted}`);
}

/** @throws ArcusError invalidArgument */
export function toSelection(range: BkeyRangeInput, options: SelectOptions = {}): TreeSelection {
  const [from, to] = isRange(range) ? [toBkey(range[0]), toBkey(range[1])] : [toBkey(range), null];
  if (to !== null && (from.bytes === null) !== (to.bytes === null)) {
    throw new ArcusError("invalidArgument", "Cannot use a range of a number and bytes: wanted are two of one kind");
  }
  const { filter, offset = 0, count = 0 } = options;
  for (const [name, value] of Object.entries({ offset, count })) {
    if (Number.isInteger(value) && value >= 0) continue;
    throw new ArcusError("invalidArgument", `Cannot use the ${name} "${value}": wanted is a whole number from 0 on`);
  }
  return { range: { from, to }, filter: filter === undefined ? null : toFilter(filter), offset, count };
}

/** What a node has sent, in this package's words. */
export function fromElement<T>(element: BkeyElement, decode: (data: Buffer) => T): TreeElement<T> {
  const { bkey, eflag, data } = element;
  return {
    bkey: bkeyFromText(bkey),
    eflag: eflag === null ? null : Buffer.from(eflag.slice(2), "hex"),
    value: decode(data),
  };
}

/** `7` or `0x0A07`. */
export function bkeyFromText(text: string): bigint | Buffer {
  return text.startsWith("0x") ? Buffer.from(text.slice(2), "hex") : BigInt(text);
}

/** Numbers by their size, bytes by the first that differs; a tree has one kind only. */
export function compareBkeyTexts(a: bigint | Buffer, b: bigint | Buffer): number {
  if (typeof a === "bigint" && typeof b === "bigint") return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === "object" && typeof b === "object") return Buffer.compare(a, b);
  return typeof a === "bigint" ? -1 : 1;
}

function isRange(range: BkeyRangeInput): range is readonly [BkeyInput, BkeyInput] {
  return Array.isArray(range);
}

function toFilter({ offset = 0, bitwise, comparison, values }: EflagFilterInput): EflagFilter {
  const [first, ...others] = values instanceof Uint8Array ? [values] : values;
  return {
    offset,
    bitwise: bitwise === undefined ? null : { operator: bitwise.operator, operand: toEflag(bitwise.operand) },
    comparison,
    values: [toEflag(first), ...others.map(toEflag)],
  };
}

function toLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
