import { SaslError } from "./sasl-error.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const EQUALS = 0x3d;

/** One `key=value` of a challenge or response; the key in lower case, the value without quotes and escapes. */
export interface Directive {
  readonly key: string;
  readonly value: Buffer;
}

/**
 * Reads `key=value,key="quoted \" value",…` of RFC 2831 §7.1 as Java's DIGEST-MD5 does: blanks separate as commas do, empty
 * elements are skipped, a key that ends the input has an empty value.
 *
 * @throws SaslError "challenge" when the text does not follow that grammar.
 */
export function parseDirectives(bytes: Buffer): Directive[] {
  const directives: Directive[] = [];
  let at = skipBlanks(bytes, 0);
  while (at < bytes.length) {
    if (bytes[at] === COMMA) {
      at = skipBlanks(bytes, at + 1);
      continue;
    }
    const key = readKey(bytes, at);
    const value = bytes[key.end] === QUOTE ? readQuoted(bytes, key.end + 1) : readWord(bytes, key.end);
    directives.push({ key: key.text, value: value.bytes });
    at = skipBlanks(bytes, value.end);
  }
  return directives;
}

/** The value as it stands between quotes: quotes, backslashes and control characters escaped. */
export function quoteValue(value: Buffer): Buffer {
  const quoted: number[] = [];
  for (const byte of value) {
    if (mustEscape(byte)) quoted.push(BACKSLASH);
    quoted.push(byte);
  }
  return Buffer.from(quoted);
}

function readKey(bytes: Buffer, start: number): { text: string; end: number } {
  let end = start;
  while (end < bytes.length && bytes[end] !== EQUALS && !isBlank(bytes[end]!)) {
    if (bytes[end] === COMMA) throw malformed(`the key at ${start} ends in a comma, must be followed by "="`);
    end++;
  }
  const text = bytes.toString("latin1", start, end).toLowerCase();
  const equals = skipBlanks(bytes, end);
  if (equals >= bytes.length && equals === end) return { text, end };
  if (bytes[equals] !== EQUALS) throw malformed(`the key "${text}" must be followed by "="`);
  if (text === "") throw malformed(`the key at ${start} is empty`);
  const value = skipBlanks(bytes, equals + 1);
  if (value >= bytes.length) throw malformed(`the key "${text}" has no value`);
  return { text, end: value };
}

function readQuoted(bytes: Buffer, start: number): { bytes: Buffer; end: number } {
  const value: number[] = [];
  let at = start;
  while (at < bytes.length && bytes[at] !== QUOTE) {
    if (bytes[at] === BACKSLASH) at++;
    if (at < bytes.length) value.push(bytes[at]!);
    at++;
  }
  if (at >= bytes.length) throw malformed(`the quote at ${start - 1} is not closed`);
  const end = at + 1;
  if (end < bytes.length && bytes[end] !== COMMA && !isBlank(bytes[end]!)) {
    throw malformed(`the quoted value that ends at ${at} must be followed by a comma`);
  }
  return { bytes: Buffer.from(value), end: Math.min(end + 1, bytes.length) };
}

function readWord(bytes: Buffer, start: number): { bytes: Buffer; end: number } {
  let end = start;
  while (end < bytes.length && bytes[end] !== COMMA && !isBlank(bytes[end]!)) end++;
  return { bytes: bytes.subarray(start, end), end: Math.min(end + 1, bytes.length) };
}

function skipBlanks(bytes: Buffer, start: number): number {
  let at = start;
  while (at < bytes.length && isBlank(bytes[at]!)) at++;
  return at;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

function mustEscape(byte: number): boolean {
  return byte === QUOTE || byte === BACKSLASH || byte === 0x7f || (byte < 0x20 && !isBlank(byte));
}

function malformed(why: string): SaslError {
  return new SaslError("challenge", `Cannot read DIGEST-MD5 directives: ${why}`);
}
