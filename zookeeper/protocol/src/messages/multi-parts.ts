import { BytesError, type Reader, type Writer } from "@branta/foundation-bytes";
import { OpCode } from "../op-codes.ts";
import { codecOf, type TypedCodecs } from "../typed-record.ts";
import { multiHeader } from "./multi-header.ts";

const END = { type: OpCode.error, done: true, err: -1 };

/** Writes each part of a multi behind a header, and the header that ends them. `errOf` gives the header's err. */
export function writeParts<P extends { readonly type: number }>(
  writer: Writer,
  parts: readonly P[],
  codecs: TypedCodecs<P>,
  errOf: (part: P) => number,
): void {
  for (const part of parts) {
    multiHeader.encode(writer, { type: part.type, done: false, err: errOf(part) });
    codecOf(codecs, part.type)?.encode(writer, part);
  }
  multiHeader.encode(writer, END);
}

/**
 * Reads parts up to the header that ends them; `accept` sees each before the next is read.
 * @throws BytesError "malformed" for an operation not in `codecs`
 */
export function readParts<P extends { readonly type: number }>(
  reader: Reader,
  codecs: TypedCodecs<P>,
  accept: (part: P) => P = (part) => part,
): P[] {
  const parts: P[] = [];
  for (;;) {
    const { type, done } = multiHeader.decode(reader);
    if (done) return parts;
    const codec = codecOf(codecs, type);
    if (codec === undefined) {
      const message = `Cannot read multi: part ${parts.length} has type ${type}, which may not stand here`;
      throw new BytesError("malformed", message, reader.offset);
    }
    parts.push(accept({ ...codec?.decode(reader), type } as P));
  }
}
