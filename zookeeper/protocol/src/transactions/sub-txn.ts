import { BytesError, type Reader, type Writer } from "@branta/foundation-bytes";
import { OpCode } from "../op-codes.ts";
import { codecOf, type Typed, type TypedCodecs } from "../typed-record.ts";
import { type CheckVersionTxn, checkVersionTxn } from "./check-version-txn.ts";
import { type CreateContainerTxn, createContainerTxn } from "./create-container-txn.ts";
import { type CreateTtlTxn, createTtlTxn } from "./create-ttl-txn.ts";
import { type CreateTxn, createTxn } from "./create-txn.ts";
import { type DeleteTxn, deleteTxn } from "./delete-txn.ts";
import { type ErrorTxn, errorTxn } from "./error-txn.ts";
import { type SetDataTxn, setDataTxn } from "./set-data-txn.ts";

/** A transaction that may stand inside a multi. */
export type SubTxn =
  | Typed<typeof OpCode.create | typeof OpCode.create2, CreateTxn>
  | Typed<typeof OpCode.createTTL, CreateTtlTxn>
  | Typed<typeof OpCode.createContainer, CreateContainerTxn>
  | Typed<typeof OpCode.delete | typeof OpCode.deleteContainer, DeleteTxn>
  | Typed<typeof OpCode.setData, SetDataTxn>
  | Typed<typeof OpCode.check, CheckVersionTxn>
  | Typed<typeof OpCode.error, ErrorTxn>;

/** The records behind each type of {@link SubTxn}. */
export const subTxnCodecs: TypedCodecs<SubTxn> = {
  [OpCode.create]: createTxn,
  [OpCode.create2]: createTxn,
  [OpCode.createTTL]: createTtlTxn,
  [OpCode.createContainer]: createContainerTxn,
  [OpCode.delete]: deleteTxn,
  [OpCode.deleteContainer]: deleteTxn,
  [OpCode.setData]: setDataTxn,
  [OpCode.check]: checkVersionTxn,
  [OpCode.error]: errorTxn,
};

/** Reads the transaction that a type stands for. @throws BytesError "malformed" if it stands for none in `codecs`. */
export function readTyped<T extends { readonly type: number }>(
  reader: Reader,
  codecs: TypedCodecs<T>,
  type: number,
): T {
  const codec = codecOf(codecs, type);
  if (codec === undefined) {
    throw new BytesError("malformed", `Cannot read transaction: type is ${type}, which is none`, reader.offset);
  }
  return { ...codec?.decode(reader), type } as T;
}

/** Writes the fields of a transaction, without its type. */
export function writeTyped<T extends { readonly type: number }>(writer: Writer, codecs: TypedCodecs<T>, txn: T): void {
  codecOf(codecs, txn.type)?.encode(writer, txn);
}
