import type { Codec } from "@branta/foundation-bytes";

/** A session began. */
export interface CreateSessionTxn {
  /** Session timeout, ms. */
  readonly timeOut: number;
}

/** `CreateSessionTxn => timeOut:int` */
export const createSessionTxn: Codec<CreateSessionTxn> = {
  name: "CreateSessionTxn",
  encode(writer, txn) {
    writer.int(txn.timeOut);
  },
  decode(reader) {
    return { timeOut: reader.int() };
  },
};
