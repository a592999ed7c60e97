import type { Codec } from "@branta/foundation-bytes";
import { readText } from "../text.ts";

/** A node was removed, by a client or (deleteContainer) by the server. */
export interface DeleteTxn {
  readonly path: string;
}

/** `DeleteTxn => path:ustring` */
export const deleteTxn: Codec<DeleteTxn> = {
  name: "DeleteTxn",
  encode(writer, txn) {
    writer.string(txn.path);
  },
  decode(reader) {
    return { path: readText(reader, "path") };
  },
};
