import type { Codec } from "@branta/foundation-bytes";
import { readText } from "../text.ts";

/** Inside a multi, a version was checked and held. */
export interface CheckVersionTxn {
  readonly path: string;
  readonly version: number;
}

/** `CheckVersionTxn => path:ustring version:int` */
export const checkVersionTxn: Codec<CheckVersionTxn> = {
  name: "CheckVersionTxn",
  encode(writer, txn) {
    writer.string(txn.path);
    writer.int(txn.version);
  },
  decode(reader) {
    return { path: readText(reader, "path"), version: reader.int() };
  },
};
