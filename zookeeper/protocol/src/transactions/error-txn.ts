import type { Codec } from "@branta/foundation-bytes";

/** A request failed after it had been given a zxid. */
export interface ErrorTxn {
  /** One of ErrorCode. */
  readonly err: number;
}

/** `ErrorTxn => err:int` */
export const errorTxn: Codec<ErrorTxn> = {
  name: "ErrorTxn",
  encode(writer, txn) {
    writer.int(txn.err);
  },
  decode(reader) {
    return { err: reader.int() };
  },
};
