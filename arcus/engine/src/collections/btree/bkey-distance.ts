import { type Bkey, bytesBkey, fromHalves, halvesOf } from "@branta/arcus-protocol";

const HALF = 2 ** 32;

/**
 * `a` less `b`, wrapping around below 0. Bytes are read as fractions, filled with zeros or cut to `length` bytes, the
 * length of the greatest distance that is allowed (BKEY_DIFF of engines/default/coll_btree.c).
 */
export function subtractBkeys(a: Bkey, b: Bkey, length: number): Bkey {
  if (a.bytes !== null && b.bytes !== null) return bytesBkey(subtractBytes(a.bytes, b.bytes, length));
  const [upperA, lowerA] = halvesOf(a);
  const [upperB, lowerB] = halvesOf(b);
  const borrow = lowerA < lowerB ? 1 : 0;
  return fromHalves((upperA - upperB - borrow + 2 * HALF) % HALF, lowerA - lowerB + borrow * HALF);
}

/** The bkey right before another of the same kind, wrapping around below 0. */
export function decrementBkey(bkey: Bkey): Bkey {
  if (bkey.bytes === null) return subtractBkeys(bkey, fromHalves(0, 1), 0);
  const { length } = bkey.bytes;
  return bytesBkey(subtractBytes(bkey.bytes, "\0".repeat(length - 1) + "\x01", length));
}

function subtractBytes(a: string, b: string, length: number): string {
  const codes: number[] = Array.from({ length }, () => 0);
  let borrow = 0;
  for (let i = length - 1; i >= 0; i--) {
    const difference = byteAt(a, i) - byteAt(b, i) - borrow;
    borrow = difference < 0 ? 1 : 0;
    codes[i] = difference & 0xff;
  }
  return String.fromCharCode(...codes);
}

function byteAt(bytes: string, at: number): number {
  return at < bytes.length ? bytes.charCodeAt(at) : 0;
}
