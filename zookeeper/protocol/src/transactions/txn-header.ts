import type { Codec } from "@branta/foundation-bytes";

/** Stands before every transaction. */
export interface TxnHeader {
  /** Session that asked for it. */
  readonly clientId: bigint;
  /** xid of the request. */
  readonly cxid: number;
  readonly zxid: number;
  /** When the leader took it up, ms since the epoch. */
  readonly time: number;
  /** One of OpCode: which transaction follows. */
  readonly type: number;
}

/** `TxnHeader => clientId:long cxid:int zxid:long time:long type:int` */
export const txnHeader: Codec<TxnHeader> = {
  name: "TxnHeader",
  encode(writer, txn) {
    writer.long(txn.clientId);
    writer.int(txn.cxid);
    writer.longNumber(txn.zxid);
    writer.longNumber(txn.time);
    writer.int(txn.type);
  },
  decode(reader) {
    return {
      clientId: reader.long(),
      cxid: reader.int(),
      zxid: reader.longNumber(),
      time: reader.longNumber(),
      type: reader.int(),
    };
  },
};
