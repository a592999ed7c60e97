import type { Codec } from "@branta/foundation-bytes";

/** A bare code: the reply to addWatch (106), and a failed result inside multi. */
export interface ErrorResponse {
  /** One of ErrorCode. */
  readonly err: number;
}

/** `ErrorResponse => err:int` */
export const errorResponse: Codec<ErrorResponse> = {
  name: "ErrorResponse",
  encode(writer, message) {
    writer.int(message.err);
  },
  decode(reader) {
    return { err: reader.int() };
  },
};
