import { createHash } from "node:crypto";

/** What derived bytes are for (RFC 7292 §B.3). */
export const Pkcs12Purpose = { Key: 1, Iv: 2, Mac: 3 } as const;

/** Bytes a hash takes at a time. */
const BLOCK_BYTES: Readonly<Record<string, number>> = {
  sha1: 64,
  sha224: 64,
  sha256: 64,
  sha384: 128,
  sha512: 128,
  "sha512-224": 128,
  "sha512-256": 128,
};

/** A password as PKCS #12 wants it: UTF-16, big-endian, closed by a zero character. Null: no bytes at all. */
export function bmpPassword(password: string | null): Buffer {
  return password === null ? Buffer.alloc(0) : Buffer.from(`${password}\0`, "utf16le").swap16();
}

/** PKCS #12's own key derivation (RFC 7292 §B.2). `password` comes from bmpPassword. */
export function pkcs12Derive(
  hash: string,
  purpose: number,
  password: Buffer,
  salt: Buffer,
  iterations: number,
  length: number,
): Buffer {
  const block = BLOCK_BYTES[hash]!;
  const diversifier = Buffer.alloc(block, purpose);
  const input = Buffer.concat([stretch(salt, block), stretch(password, block)]);
  const pieces: Buffer[] = [];
  for (let derived = 0; derived < length;) {
    let piece = createHash(hash).update(diversifier).update(input).digest();
    for (let round = 1; round < iterations; round++) piece = createHash(hash).update(piece).digest();
    pieces.push(piece);
    derived += piece.length;
    addToBlocks(input, piece, block);
  }
  return Buffer.concat(pieces).subarray(0, length);
}

/** Repeated to the next whole number of blocks; nothing stays nothing. */
function stretch(bytes: Buffer, block: number): Buffer {
  return bytes.length === 0 ? bytes : Buffer.alloc(Math.ceil(bytes.length / block) * block, bytes);
}

/** Each block of `input` := block + piece repeated + 1, modulo 2^(8 × block). */
function addToBlocks(input: Buffer, piece: Buffer, block: number): void {
  for (let start = 0; start < input.length; start += block) {
    let carry = 1;
    for (let at = block - 1; at >= 0; at--) {
      const sum = input[start + at]! + piece[at % piece.length]! + carry;
      input[start + at] = sum & 0xff;
      carry = sum >> 8;
    }
  }
}
