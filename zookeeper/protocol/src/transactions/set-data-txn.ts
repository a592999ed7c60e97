import type { Codec } from "@branta/foundation-bytes";
import { readText } from "../text.ts";

/** The data of a node was replaced, by setData or by reconfig. */
export interface SetDataTxn {
  readonly path: string;
  readonly data: Buffer | null;
  /** The version the node now has. */
  readonly version: number;
}

/** `SetDataTxn => path:ustring data:buffer version:int` */
export const setDataTxn: Codec<SetDataTxn> = {
  name: "SetDataTxn",
  encode(writer, txn) {
    writer.string(txn.path);
    writer.buffer(txn.data);
    writer.int(txn.version);
  },
  decode(reader) {
    return { path: readText(reader, "path"), data: reader.buffer(), version: reader.int() };
  },
};
