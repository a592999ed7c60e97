import { BytesError, type Reader, type Writer } from "@branta/foundation-bytes";

/** Reads a string that must be there. @throws BytesError "null" if it is null. */
export function readText(reader: Reader, field: string): string {
  const text = reader.string();
  if (text === null) {
    throw new BytesError("null", `Cannot read ${field}: it is null, must be a string`, reader.offset);
  }
  return text;
}

/** What a null string reads as where a server must tell it from a body that cannot be read: no path and no name. */
export const NULL_TEXT = "\0null";

/** Reads the path of a request. A null one reads as {@link NULL_TEXT}: servers read on, and refuse it by what it is for. */
export function readPath(reader: Reader): string {
  return reader.string() ?? NULL_TEXT;
}

/** Text without blanks at its ends as Java's String.trim sees them: everything up to U+0020, and nothing else. */
export function trimAsJava(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 0x20) start++;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end--;
  return text.slice(start, end);
}

const SURROGATE = /[\ud800-\udfff]/;

/**
 * Writes a string back to a client as Java's servers write it: each half of a surrogate pair as three bytes (CESU-8). No
 * node has such a path, but a client may watch it, or sync on it.
 */
export function writeEchoedText(writer: Writer, text: string | null): void {
  if (text === null || !SURROGATE.test(text)) {
    writer.string(text);
    return;
  }
  const lengthAt = writer.reserve(4);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      writer.byte(unit);
    } else if (unit < 0x800) {
      writer.byte(0xc0 | (unit >> 6));
      writer.byte(0x80 | (unit & 0x3f));
    } else {
      writer.byte(0xe0 | (unit >> 12));
      writer.byte(0x80 | ((unit >> 6) & 0x3f));
      writer.byte(0x80 | (unit & 0x3f));
    }
  }
  writer.patchInt(lengthAt, writer.length - lengthAt - 4);
}

/** Reads a list of strings. A null list reads as an empty one: no peer tells them apart. */
export function readTexts(reader: Reader): string[] {
  return reader.vector(readItem) ?? [];
}

export function writeTexts(writer: Writer, texts: readonly string[]): void {
  writer.int(texts.length);
  for (const text of texts) writer.string(text);
}

function readItem(reader: Reader): string {
  return readText(reader, "list item");
}
