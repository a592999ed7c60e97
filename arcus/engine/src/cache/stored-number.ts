const NUMBER = /^[ \t\n\v\f\r]*([+-]?)([0-9]+)([^]?)/;
const WHITE_SPACE = /^[ \t\n\v\f\r]/;
const END_OF_NUMBER = /^[ \t\n\v\f\r\0]/;
const UINT64_MAX = 0xffff_ffff_ffff_ffffn;
const INT64_MAX = 0x7fff_ffff_ffff_ffffn;

/**
 * The number that a value, CRLF included, begins with, below 2^64; null when it is none. As C's strtoull and the real
 * server read it (util.c, safe_strtoull): white space may stand before it, and white space or a zero byte must stand
 * behind it, then anything may follow; a value of white space is 0; and a number may be negative if that makes it a small one.
 */
export function parseStoredNumber(text: string): bigint | null {
  const match = NUMBER.exec(text);
  if (match === null) return WHITE_SPACE.test(text) ? 0n : null;
  if (!END_OF_NUMBER.test(match[3])) return null;
  const digits = BigInt(match[2]);
  if (digits > UINT64_MAX) return null;
  const value = match[1] === "-" ? BigInt.asUintN(64, -digits) : digits;
  return value > INT64_MAX && text.includes("-") ? null : value;
}
