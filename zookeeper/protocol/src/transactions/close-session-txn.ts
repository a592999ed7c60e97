import { BytesError, type Codec, Reader } from "@branta/foundation-bytes";
import { readTexts, writeTexts } from "../text.ts";
import { TXN_DIGEST_BYTES } from "./txn-digest.ts";

/** A session ended. */
export interface CloseSessionTxn {
  /** The ephemeral nodes that went with it; null if the transaction is from before they were recorded (3.6). */
  readonly paths2Delete: readonly string[] | null;
}

/**
 * `CloseSessionTxn => [paths2Delete:vector<ustring>]`
 *
 * Nothing tells whether the field is there, and a TxnDigest may follow either way: the reader must end where the
 * entry ends.
 */
export const closeSessionTxn: Codec<CloseSessionTxn> = {
  name: "CloseSessionTxn",
  encode(writer, txn) {
    if (txn.paths2Delete !== null) writeTexts(writer, txn.paths2Delete);
  },
  decode(reader) {
    if (reader.remaining === 0) return { paths2Delete: null };
    const { bytes, offset } = reader;
    const end = offset + reader.remaining;
    // What is left may be the digest alone. Its first field is 1 or 2, so as a list it would not end where it must.
    const attempt = new Reader(bytes, offset, end);
    try {
      const paths2Delete = readTexts(attempt);
      if (attempt.remaining !== 0 && attempt.remaining !== TXN_DIGEST_BYTES) return { paths2Delete: null };
      reader.skip(attempt.offset - offset);
      return { paths2Delete };
    } catch (error) {
      if (error instanceof BytesError) return { paths2Delete: null };
      throw error;
    }
  },
};
