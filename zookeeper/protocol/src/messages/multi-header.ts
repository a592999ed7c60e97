import type { Codec } from "@branta/foundation-bytes";

/** Stands before each part of a multi, and alone at its end. */
export interface MultiHeader {
  /** One of OpCode; -1 for a failed result and at the end. */
  readonly type: number;
  /** True only at the end. */
  readonly done: boolean;
  /** -1 in requests and at the end; the outcome of the part in replies. */
  readonly err: number;
}

/** `MultiHeader => type:int done:boolean err:int` */
export const multiHeader: Codec<MultiHeader> = {
  name: "MultiHeader",
  encode(writer, message) {
    writer.int(message.type);
    writer.bool(message.done);
    writer.int(message.err);
  },
  decode(reader) {
    return { type: reader.int(), done: reader.bool(), err: reader.int() };
  },
};
