import { KeyStoreError } from "./key-store-error.ts";

/** Identifier octets that key stores use. */
export const DerTag = {
  Integer: 0x02,
  BitString: 0x03,
  OctetString: 0x04,
  ObjectId: 0x06,
  Utf8String: 0x0c,
  PrintableString: 0x13,
  T61String: 0x14,
  Ia5String: 0x16,
  GeneralString: 0x1b,
  BmpString: 0x1e,
  Sequence: 0x30,
  Set: 0x31,
  /** `[0]` around another value. */
  Explicit0: 0xa0,
} as const;

const CONSTRUCTED = 0x20;
/** Key stores nest about ten deep; more is an attack on the stack. */
const DEPTH_MAX = 32;

interface Extent {
  readonly contentStart: number;
  readonly contentEnd: number;
  readonly end: number;
}

/**
 * One ASN.1 value, read lazily: nothing below it is looked at until asked for. Takes DER and, because Bouncy Castle writes
 * stores so, BER with indefinite lengths and octet strings in pieces. Views into the input, never copies.
 *
 * Scope: what PKCS #8, PKCS #12 and X.509 need; tags of one octet, lengths up to 4 octets.
 */
export class DerValue {
  readonly tag: number;
  /** The whole value with its header. */
  readonly bytes: Buffer;
  readonly content: Buffer;

  private constructor(tag: number, bytes: Buffer, content: Buffer) {
    this.tag = tag;
    this.bytes = bytes;
    this.content = content;
  }

  /** The value at the beginning of `bytes`; what comes after it is ignored. @throws KeyStoreError "malformed" */
  static read(bytes: Buffer): DerValue {
    return DerValue.#at(bytes, 0);
  }

  static #at(bytes: Buffer, start: number): DerValue {
    const { contentStart, contentEnd, end } = extentOf(bytes, start, 0);
    return new DerValue(bytes[start]!, bytes.subarray(start, end), bytes.subarray(contentStart, contentEnd));
  }

  /** This value, if it has that tag. @throws KeyStoreError "malformed" otherwise */
  expect(tag: number, what: string): this {
    if (this.tag === tag) return this;
    throw malformed(`${what} has tag 0x${this.tag.toString(16)}, must have 0x${tag.toString(16)}`);
  }

  /** The values inside a sequence, set or explicit tag. */
  children(): DerValue[] {
    if ((this.tag & CONSTRUCTED) === 0) throw malformed(`tag 0x${this.tag.toString(16)} must be a constructed value`);
    const values: DerValue[] = [];
    for (let at = 0; at < this.content.length;) {
      const value = DerValue.#at(this.content, at);
      values.push(value);
      at += value.bytes.length;
    }
    return values;
  }

  /** The value at a position inside this one. @throws KeyStoreError "malformed" when there is none */
  child(index: number, what: string): DerValue {
    const value = this.children()[index];
    if (value === undefined) throw malformed(`${what} is missing`);
    return value;
  }

  /** The bytes of an octet string, whether in one piece or in several. */
  octets(depth = 0): Buffer {
    if ((this.tag & CONSTRUCTED) === 0) return this.content;
    if (depth > DEPTH_MAX) throw malformed(`values are nested more than ${DEPTH_MAX} deep`);
    return Buffer.concat(this.children().map((piece) => piece.octets(depth + 1)));
  }

  /** A whole number of at most 48 bits, never negative in what we read. */
  integer(what: string): number {
    const { content } = this.expect(DerTag.Integer, what);
    if (content.length < 1 || content.length > 6 || content[0]! >= 0x80)
      throw malformed(`${what} must be a number from 0 to 2^47`);
    return content.readUIntBE(0, content.length);
  }

  /** An object identifier in dotted form. */
  objectId(what: string): string {
    const { content } = this.expect(DerTag.ObjectId, what);
    const arcs: bigint[] = [];
    let arc = 0n;
    for (const octet of content) {
      arc = (arc << 7n) | BigInt(octet & 0x7f);
      if (octet < 0x80) {
        arcs.push(arc);
        arc = 0n;
      } else if (arc > 0xffff_ffff_ffff_ffffn) throw malformed(`${what} has an arc beyond 64 bits`);
    }
    const first = arcs[0];
    if (first === undefined || content.at(-1)! >= 0x80) throw malformed(`${what} is cut short`);
    const root = first < 80n ? first / 40n : 2n;
    return [root, first - root * 40n, ...arcs.slice(1)].join(".");
  }
}

function extentOf(bytes: Buffer, start: number, depth: number): Extent {
  const tag = bytes[start];
  const first = bytes[start + 1];
  if (tag === undefined || first === undefined) throw malformed(`a value at ${start} is cut short`);
  if ((tag & 0x1f) === 0x1f) throw malformed(`the tag at ${start} has more than one octet`);
  if (first === 0x80) return indefiniteExtent(bytes, start, depth);
  const width = first < 0x80 ? 0 : first & 0x7f;
  const contentStart = start + 2 + width;
  if (width > 4 || contentStart > bytes.length)
    throw malformed(`the length at ${start + 1} is cut short or above 4 octets`);
  const length = width === 0 ? first : bytes.readUIntBE(start + 2, width);
  const end = contentStart + length;
  if (end > bytes.length)
    throw malformed(`the value at ${start} is ${length} bytes long, ${bytes.length - contentStart} are left`);
  return { contentStart, contentEnd: end, end };
}

/** The end of such a value is known only by walking over everything inside it, up to two zero octets. */
function indefiniteExtent(bytes: Buffer, start: number, depth: number): Extent {
  if (depth > DEPTH_MAX) throw malformed(`values are nested more than ${DEPTH_MAX} deep`);
  const contentStart = start + 2;
  let at = contentStart;
  while (bytes[at] !== 0 || bytes[at + 1] !== 0) at = extentOf(bytes, at, depth + 1).end;
  return { contentStart, contentEnd: at, end: at + 2 };
}

function malformed(why: string): KeyStoreError {
  return new KeyStoreError("malformed", `Cannot read ASN.1: ${why}`);
}
