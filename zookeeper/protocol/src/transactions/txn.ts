import type { Reader, Writer } from "@branta/foundation-bytes";
import { OpCode } from "../op-codes.ts";
import type { Typed, TypedCodecs } from "../typed-record.ts";
import { type CloseSessionTxn, closeSessionTxn } from "./close-session-txn.ts";
import { type CreateSessionTxn, createSessionTxn } from "./create-session-txn.ts";
import { type MultiTxn, multiTxn } from "./multi-txn.ts";
import { type SetAclTxn, setAclTxn } from "./set-acl-txn.ts";
import { type SetDataTxn, setDataTxn } from "./set-data-txn.ts";
import { readTyped, type SubTxn, subTxnCodecs, writeTyped } from "./sub-txn.ts";

/** A change of the tree or of the sessions that may be applied twice with the same outcome; `type` says which. */
export type Txn =
  | SubTxn
  | Typed<typeof OpCode.reconfig, SetDataTxn>
  | Typed<typeof OpCode.setACL, SetAclTxn>
  | Typed<typeof OpCode.createSession, CreateSessionTxn>
  | Typed<typeof OpCode.closeSession, CloseSessionTxn>
  | Typed<typeof OpCode.multi, MultiTxn>;

const CODECS: TypedCodecs<Txn> = {
  ...subTxnCodecs,
  [OpCode.reconfig]: setDataTxn,
  [OpCode.setACL]: setAclTxn,
  [OpCode.createSession]: createSessionTxn,
  [OpCode.closeSession]: closeSessionTxn,
  [OpCode.multi]: multiTxn,
};

/**
 * Reads the transaction that follows a TxnHeader of this type. Old forms are read as well (see CreateTxn and
 * CloseSessionTxn), for which the reader must end where the entry ends.
 *
 * @throws BytesError if the bytes are no such transaction, or the type is none.
 */
export function decodeTxn(type: number, reader: Reader): Txn {
  return readTyped(reader, CODECS, type);
}

/** Writes a transaction as it stands behind its TxnHeader, which has the type. */
export function encodeTxn(writer: Writer, txn: Txn): void {
  writeTyped(writer, CODECS, txn);
}
