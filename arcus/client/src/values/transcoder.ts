/** A value as a node keeps it. */
export interface EncodedValue {
  /** 32 bits that say how the bytes are to be read. */
  readonly flags: number;
  readonly data: Uint8Array;
}

/** Makes bytes of values, and values of bytes. */
export interface Transcoder<T> {
  /** @param place `element`: of a collection, where all elements share the flags of the collection */
  encode(value: T, place: "item" | "element"): EncodedValue;
  /** @throws any error, if the bytes are not its own */
  decode(flags: number, data: Buffer, place: "item" | "element"): T;
}

/** Bytes as they are. */
export const BYTES: Transcoder<Uint8Array> & { decode(flags: number, data: Buffer): Buffer } = {
  encode: (value) => ({ flags: 0, data: value }),
  decode: (_flags, data) => Buffer.from(data),
};

/** Text in UTF-8. */
export const TEXT: Transcoder<string> = {
  encode: (value) => ({ flags: 0, data: Buffer.from(value) }),
  decode: (_flags, data) => data.toString(),
};

/** JSON text; of what `JSON.parse` answers nothing is checked. */
export function json<T>(): Transcoder<T> {
  return {
    encode: (value) => ({ flags: 0, data: Buffer.from(JSON.stringify(value)) }),
    decode: (_flags, data) => JSON.parse(data.toString()) as T,
  };
}
