import type { Codec } from "@branta/foundation-bytes";

/** Stands before the body of every reply and of every watch event. */
export interface ReplyHeader {
  /** The xid of the request; -1 for a watch event. */
  readonly xid: number;
  /** Last transaction the server has applied. */
  readonly zxid: number;
  /** One of ErrorCode; a body follows only if it is 0. */
  readonly err: number;
}

/** `ReplyHeader => xid:int zxid:long err:int` */
export const replyHeader: Codec<ReplyHeader> = {
  name: "ReplyHeader",
  encode(writer, message) {
    writer.int(message.xid);
    writer.longNumber(message.zxid);
    writer.int(message.err);
  },
  decode(reader) {
    return { xid: reader.int(), zxid: reader.longNumber(), err: reader.int() };
  },
};
