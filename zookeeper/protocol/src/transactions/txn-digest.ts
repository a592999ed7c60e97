import type { Codec } from "@branta/foundation-bytes";

/** Stands after a transaction: the digest of the whole tree once it is applied. */
export interface TxnDigest {
  /** How the digest is calculated; DIGEST_VERSION, or it cannot be compared. */
  readonly version: number;
  /** Sum of all node digests modulo 2^64, as a signed long. */
  readonly treeDigest: bigint;
}

/** `TxnDigest => version:int treeDigest:long` */
export const txnDigest: Codec<TxnDigest> = {
  name: "TxnDigest",
  encode(writer, txn) {
    writer.int(txn.version);
    writer.long(txn.treeDigest);
  },
  decode(reader) {
    return { version: reader.int(), treeDigest: reader.long() };
  },
};

/** How this package calculates digests; see digest.ts. */
export const DIGEST_VERSION = 2;

/** Bytes of a TxnDigest. */
export const TXN_DIGEST_BYTES = 12;
