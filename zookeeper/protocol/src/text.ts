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
