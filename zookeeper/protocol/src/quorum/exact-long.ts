import { BytesError, type Reader } from "@branta/foundation-bytes";

/**
 * Reads a long that must be exact as a number: a server id, a zxid, an epoch. Real ones are far below 2^53.
 * @throws BytesError `malformed`
 */
export function readExactLong(reader: Reader, field: string): number {
  const offset = reader.offset;
  const value = reader.longNumber();
  if (Number.isSafeInteger(value)) return value;
  throw new BytesError("malformed", `Cannot use ${field} ${value}: must be within ±2^53`, offset);
}
