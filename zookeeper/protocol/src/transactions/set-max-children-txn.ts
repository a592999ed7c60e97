import type { Codec } from "@branta/foundation-bytes";
import { readText } from "../text.ts";

/** A limit of children was set. No released server writes it; the schema still has it. */
export interface SetMaxChildrenTxn {
  readonly path: string;
  readonly max: number;
}

/** `SetMaxChildrenTxn => path:ustring max:int` */
export const setMaxChildrenTxn: Codec<SetMaxChildrenTxn> = {
  name: "SetMaxChildrenTxn",
  encode(writer, txn) {
    writer.string(txn.path);
    writer.int(txn.max);
  },
  decode(reader) {
    return { path: readText(reader, "path"), max: reader.int() };
  },
};
