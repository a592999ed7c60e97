import { BytesError, type Codec, type Reader, type Writer } from "@branta/foundation-bytes";
import { OpCode } from "../op-codes.ts";
import { multiHeader } from "./multi-header.ts";

/** A record in a multi: the operation it belongs to, and its fields. Distributes over several operations. */
export type Part<Type extends number, Fields> = Type extends number ? { readonly type: Type } & Fields : never;

/** The records that may stand in one kind of multi, by operation; null for a part without a record. */
export type PartCodecs<P extends Part<number, unknown>> = {
  readonly [Type in P["type"]]: Codec<Omit<Extract<P, { readonly type: Type }>, "type">> | null;
};

/** {@link PartCodecs} as it is when the operation has only just been read. */
type Lookup = { readonly [type: number]: Codec<object> | null | undefined };

const END = { type: OpCode.error, done: true, err: -1 };

/** Writes each part behind a header, and the header that ends them. `errOf` gives the header's err. */
export function writeParts<P extends Part<number, unknown>>(
  writer: Writer,
  parts: readonly P[],
  codecs: PartCodecs<P>,
  errOf: (part: P) => number,
): void {
  for (const part of parts) {
    multiHeader.encode(writer, { type: part.type, done: false, err: errOf(part) });
    (codecs as Lookup)[part.type]?.encode(writer, part);
  }
  multiHeader.encode(writer, END);
}

/** Reads parts up to the header that ends them. @throws BytesError "malformed" for an operation not in `codecs`. */
export function readParts<P extends Part<number, unknown>>(reader: Reader, codecs: PartCodecs<P>): P[] {
  const parts: P[] = [];
  for (;;) {
    const { type, done } = multiHeader.decode(reader);
    if (done) return parts;
    const codec = (codecs as Lookup)[type];
    if (codec === undefined) {
      const message = `Cannot read multi: part ${parts.length} has type ${type}, which may not stand here`;
      throw new BytesError("malformed", message, reader.offset);
    }
    parts.push({ ...codec?.decode(reader), type } as P);
  }
}
