import { Reader } from "./reader.ts";
import { Writer } from "./writer.ts";

/** How one kind of value stands on the wire. Codecs are pure: they keep nothing between calls. */
export interface Codec<T> {
  /** The record's name in its specification, for messages and inspection. */
  readonly name: string;
  encode(writer: Writer, value: T): void;
  /** @throws BytesError if the input is truncated or malformed. Byte strings are views into the reader's buffer. */
  decode(reader: Reader): T;
}

/** Encodes one value into a buffer of its own. */
export function encodeToBuffer<T>(codec: Codec<T>, value: T): Buffer {
  const writer = new Writer(256);
  codec.encode(writer, value);
  return writer.take();
}

/** Decodes one value from the beginning of a buffer; bytes left over are ignored, as jute does. */
export function decodeFromBuffer<T>(codec: Codec<T>, bytes: Buffer): T {
  return codec.decode(new Reader(bytes));
}
