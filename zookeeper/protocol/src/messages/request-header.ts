import type { Codec } from "@branta/foundation-bytes";

/** Stands before the body of every request. */
export interface RequestHeader {
  /** Number the client gave the request, or one of Xid's special values. */
  readonly xid: number;
  /** One of OpCode; other numbers are for the server to refuse. */
  readonly type: number;
}

/** `RequestHeader => xid:int type:int` */
export const requestHeader: Codec<RequestHeader> = {
  name: "RequestHeader",
  encode(writer, message) {
    writer.int(message.xid);
    writer.int(message.type);
  },
  decode(reader) {
    return { xid: reader.int(), type: reader.int() };
  },
};
