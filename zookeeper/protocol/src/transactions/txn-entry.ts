import type { Codec } from "@branta/foundation-bytes";
import { TXN_DIGEST_BYTES, type TxnDigest, txnDigest } from "./txn-digest.ts";
import { type TxnHeader, txnHeader } from "./txn-header.ts";
import { decodeTxn, encodeTxn, type Txn } from "./txn.ts";

/** A whole transaction: what a log entry holds, and what a leader's proposal carries. */
export interface TxnEntry {
  readonly header: TxnHeader;
  /** Its `type` is the header's. */
  readonly txn: Txn;
  /** null if the server that wrote it keeps no digests. */
  readonly digest: TxnDigest | null;
}

/** `TxnEntry => TxnHeader record [TxnDigest]`; the reader must end where the entry ends. */
export const txnEntry: Codec<TxnEntry> = {
  name: "TxnEntry",
  encode(writer, entry) {
    txnHeader.encode(writer, entry.header);
    encodeTxn(writer, entry.txn);
    if (entry.digest !== null) txnDigest.encode(writer, entry.digest);
  },
  decode(reader) {
    const header = txnHeader.decode(reader);
    const txn = decodeTxn(header.type, reader);
    const digest = reader.remaining < TXN_DIGEST_BYTES ? null : txnDigest.decode(reader);
    return { header, txn, digest };
  },
};
