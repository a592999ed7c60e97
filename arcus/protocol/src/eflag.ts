import { formatHex, parseHex } from "./hex.ts";

/** The longest element flag, in bytes (MAX_EFLAG_LENG of include/memcached/types.h). */
export const EFLAG_BYTES_MAX = 31;
/** Values that one filter can compare with, for EQ and NE (MAX_EFLAG_COMPARE_COUNT). */
export const EFLAG_FILTER_VALUES_MAX = 100;

/** An element flag: 1 … 31 bytes as a one-byte string; the empty string where an element has none. */
export type Eflag = string;

const BITWISE = {
  "&": (a: number, b: number): number => a & b,
  "|": (a: number, b: number): number => a | b,
  "^": (a: number, b: number): number => a ^ b,
} as const;

const COMPARISONS = {
  EQ: (a: string, b: string): boolean => a === b,
  NE: (a: string, b: string): boolean => a !== b,
  LT: (a: string, b: string): boolean => a < b,
  LE: (a: string, b: string): boolean => a <= b,
  GT: (a: string, b: string): boolean => a > b,
  GE: (a: string, b: string): boolean => a >= b,
} as const;

export type BitwiseOperator = keyof typeof BITWISE;
export type ComparisonOperator = keyof typeof COMPARISONS;

/** Which elements are wanted, by a stretch of their flag. */
export interface EflagFilter {
  /** Where the stretch begins in the flag, in bytes. */
  readonly offset: number;
  /** What is done to the stretch before comparing, with an operand as long as the values. */
  readonly bitwise: { readonly operator: BitwiseOperator; readonly operand: string } | null;
  readonly comparison: ComparisonOperator;
  /** All of one length; more than one for EQ (is one of them) and NE (is none of them) only. */
  readonly values: readonly [string, ...string[]];
}

/** How `bop update` changes a flag: takes the place of all of it, or works on a stretch of it. */
export interface EflagUpdate {
  /** Null replaces the whole flag by `value`, which may be empty then. */
  readonly bitwise: { readonly operator: BitwiseOperator; readonly offset: number } | null;
  readonly value: Eflag;
}

export function isBitwiseOperator(text: string): text is BitwiseOperator {
  return Object.hasOwn(BITWISE, text);
}

export function isComparisonOperator(text: string): text is ComparisonOperator {
  return Object.hasOwn(COMPARISONS, text);
}

/** Reads `0x` and 1 … 31 pairs of hexadecimal digits. */
export function parseEflag(text: Buffer, start: number, end: number): Eflag | null {
  return parseHex(text, start, end, EFLAG_BYTES_MAX);
}

/** Writes a flag that is not empty as the server does. */
export function formatEflag(eflag: Eflag): string {
  return formatHex(eflag);
}

/** Whether a flag passes; a flag that lacks bytes of the stretch passes for NE only. */
export function matchesFilter(eflag: Eflag, filter: EflagFilter): boolean {
  const { offset, bitwise, comparison, values } = filter;
  const { length } = values[0];
  if (offset + length > eflag.length) return comparison === "NE";
  let stretch = eflag.slice(offset, offset + length);
  if (bitwise !== null) stretch = combine(stretch, bitwise.operand, bitwise.operator);
  if (values.length === 1) return COMPARISONS[comparison](stretch, values[0]);
  return values.includes(stretch) === (comparison === "EQ");
}

/** The flag after an update; null when the update wants bytes that the flag has not. */
export function updateEflag(eflag: Eflag, { bitwise, value }: EflagUpdate): Eflag | null {
  if (bitwise === null) return value;
  if (value === "") return eflag;
  const end = bitwise.offset + value.length;
  if (end > eflag.length) return null;
  const stretch = eflag.slice(bitwise.offset, end);
  return eflag.slice(0, bitwise.offset) + combine(stretch, value, bitwise.operator) + eflag.slice(end);
}

function combine(a: string, b: string, operator: BitwiseOperator): string {
  const codes = Array.from(b, (_, i) => BITWISE[operator](a.charCodeAt(i), b.charCodeAt(i)));
  return String.fromCharCode(...codes);
}
