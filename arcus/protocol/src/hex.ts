const BYTE_TEXTS: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).toUpperCase().padStart(2, "0"),
);
/** The value of a hexadecimal digit by its character code; 255 where the character is none. */
const DIGIT_VALUES = Uint8Array.from({ length: 256 }, (_, code) => {
  const value = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(value) ? 255 : value;
});
const ZERO = 0x30;
const SMALL_X = 0x78;

const scratch = Buffer.alloc(64);

/** Whether the text begins as hexadecimal values do: with 0x, in lower case. */
export function hasHexMark(text: Buffer, start: number, end: number): boolean {
  return end - start >= 2 && text[start] === ZERO && text[start + 1] === SMALL_X;
}

/**
 * Reads `0x…` into a one-byte string (a character a byte).
 * @returns null unless it is the mark and 1 … `bytesMax` pairs of hexadecimal digits of any case
 */
export function parseHex(text: Buffer, start: number, end: number, bytesMax: number): string | null {
  const digits = end - start - 2;
  if (!hasHexMark(text, start, end) || digits === 0 || digits % 2 !== 0 || digits / 2 > bytesMax) return null;
  const length = digits / 2;
  for (let i = 0; i < length; i++) {
    const upper = DIGIT_VALUES[text[start + 2 + 2 * i]];
    const lower = DIGIT_VALUES[text[start + 3 + 2 * i]];
    if (upper === 255 || lower === 255) return null;
    scratch[i] = (upper << 4) | lower;
  }
  return scratch.latin1Slice(0, length);
}

/** Writes a one-byte string as the server does: 0x and upper-case digits. */
export function formatHex(bytes: string): string {
  let text = "0x";
  for (let i = 0; i < bytes.length; i++) text += BYTE_TEXTS[bytes.charCodeAt(i)];
  return text;
}
