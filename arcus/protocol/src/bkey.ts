import { formatHex, hasHexMark, parseHex } from "./hex.ts";

/** The longest bkey made of bytes, in bytes (MAX_BKEY_LENG of include/memcached/types.h). */
export const BKEY_BYTES_MAX = 31;

/**
 * The key of an element of a b+tree: an unsigned number of 64 bits, or 1 … 31 bytes. A tree holds one kind only.
 *
 * A number stands in two halves, each less 2^31: both then are small integers to the engine and keep their order, so
 * that 2^64−1 costs what 1 costs. Bytes are a one-byte string, whose order in JavaScript is the order of the bytes.
 */
export interface Bkey {
  /** The upper 32 bits less 2^31; 0 for bytes. */
  readonly high: number;
  /** The lower 32 bits less 2^31; 0 for bytes. */
  readonly low: number;
  /** Null for a number. */
  readonly bytes: string | null;
}

/** One bkey (`to` null) or all between two of them, both included; downwards when `from` is the greater one. */
export interface BkeyRange {
  readonly from: Bkey;
  readonly to: Bkey | null;
}

const HALF = 2 ** 32;
const BIAS = 2 ** 31;
/** Numbers are read and written in two pieces, of which the lower one has this many decimal digits. */
const LOWER_DIGITS = 6;
const LOWER = 10 ** LOWER_DIGITS;
const UINT64_DIGITS_MAX = 20;
const [ZERO, NINE, PLUS, MINUS, DOT] = [0x30, 0x39, 0x2b, 0x2d, 0x2e];

/** The bkey of a number from 0 to 2^64−1. */
export function numberBkey(value: number | bigint): Bkey {
  const whole = BigInt.asUintN(64, BigInt(value));
  return fromHalves(Number(whole >> 32n), Number(whole & 0xffffffffn));
}

/** The bkey of 1 … 31 bytes, given as a one-byte string. */
export function bytesBkey(bytes: string): Bkey {
  return { high: 0, low: 0, bytes };
}

/** The bkey of a number whose halves are given as they are, without a bias. */
export function fromHalves(upper: number, lower: number): Bkey {
  return { high: upper - BIAS, low: lower - BIAS, bytes: null };
}

/** The upper and lower 32 bits of a number. */
export function halvesOf(bkey: Bkey): readonly [upper: number, lower: number] {
  return [bkey.high + BIAS, bkey.low + BIAS];
}

/** Below 0 when `a` comes first, 0 when both are the same. Both must be of one kind. */
export function compareBkeys(a: Bkey, b: Bkey): number {
  if (a.bytes === null || b.bytes === null) return a.high === b.high ? a.low - b.low : a.high - b.high;
  if (a.bytes === b.bytes) return 0;
  return a.bytes < b.bytes ? -1 : 1;
}

/** Reads decimal digits or `0x` and hexadecimal ones. @returns null when it is neither, or too great */
export function parseBkey(text: Buffer, start: number, end: number): Bkey | null {
  if (!hasHexMark(text, start, end)) return parseNumber(text, start, end);
  const bytes = parseHex(text, start, end, BKEY_BYTES_MAX);
  return bytes === null ? null : bytesBkey(bytes);
}

/** Reads one bkey or `from..to`, both of one kind. */
export function parseBkeyRange(text: Buffer, start: number, end: number): BkeyRange | null {
  for (let i = start; i + 1 < end; i++) {
    if (text[i] !== DOT || text[i + 1] !== DOT) continue;
    const from = parseBkey(text, start, i);
    const to = parseBkey(text, i + 2, end);
    return from === null || to === null || (from.bytes === null) !== (to.bytes === null) ? null : { from, to };
  }
  const from = parseBkey(text, start, end);
  return from === null ? null : { from, to: null };
}

/** Writes a bkey as the server does. */
export function formatBkey(bkey: Bkey): string {
  if (bkey.bytes !== null) return formatHex(bkey.bytes);
  const [upper, lower] = halvesOf(bkey);
  if (upper < 2 ** 21) return String(upper * HALF + lower);
  const middle = (upper % LOWER) * HALF + lower;
  const head = Math.floor(upper / LOWER) * HALF + Math.floor(middle / LOWER);
  return `${head}${String(middle % LOWER).padStart(LOWER_DIGITS, "0")}`;
}

/** Like strtoull(): a sign may stand in front, but a negative number is refused. */
function parseNumber(text: Buffer, start: number, end: number): Bkey | null {
  const sign = text[start];
  let at = start < end && (sign === PLUS || sign === MINUS) ? start + 1 : start;
  if (at >= end) return null;
  while (at < end - 1 && text[at] === ZERO) at++;
  if (end - at > UINT64_DIGITS_MAX) return null;
  const split = Math.max(end - LOWER_DIGITS, at);
  const head = digitsOf(text, at, split);
  const tail = digitsOf(text, split, end);
  if (head < 0 || tail < 0 || (sign === MINUS && head + tail > 0)) return null;
  const scale = 10 ** (end - split);
  const rest = (head % HALF) * scale + tail;
  const upper = Math.floor(head / HALF) * scale + Math.floor(rest / HALF);
  return upper < HALF ? fromHalves(upper, rest % HALF) : null;
}

/** The number that at most 14 digits make, or −1 when one of them is no digit. */
function digitsOf(text: Buffer, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    const code = text[at];
    if (code < ZERO || code > NINE) return -1;
    value = value * 10 + (code - ZERO);
  }
  return value;
}
