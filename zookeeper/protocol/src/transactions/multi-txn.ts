import { BytesError, type Codec, Reader, type Writer } from "@branta/foundation-bytes";
import { readTyped, type SubTxn, subTxnCodecs, writeTyped } from "./sub-txn.ts";

/** Several changes under one zxid. If the multi failed, all of them are errors. */
export interface MultiTxn {
  readonly txns: readonly SubTxn[];
}

/** `MultiTxn => txns:vector<Txn>`, `Txn => type:int data:buffer` where data holds the record of that type. */
export const multiTxn: Codec<MultiTxn> = {
  name: "MultiTxn",
  encode(writer, txn) {
    writer.vector(txn.txns, writeSubTxn);
  },
  decode(reader) {
    return { txns: reader.vector(readSubTxn) ?? [] };
  },
};

function writeSubTxn(writer: Writer, txn: SubTxn): void {
  writer.int(txn.type);
  const lengthAt = writer.reserve(4);
  writeTyped(writer, subTxnCodecs, txn);
  writer.patchInt(lengthAt, writer.length - lengthAt - 4);
}

function readSubTxn(reader: Reader): SubTxn {
  const type = reader.int();
  const length = reader.int();
  if (length < 0) {
    throw new BytesError("malformed", `Cannot read part of MultiTxn: length is ${length}, must be >= 0`, reader.offset);
  }
  const start = reader.offset;
  reader.skip(length);
  return readTyped(new Reader(reader.bytes, start, start + length), subTxnCodecs, type);
}
