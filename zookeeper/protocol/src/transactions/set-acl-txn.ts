import type { Codec } from "@branta/foundation-bytes";
import { type Acl, readAcls, writeAcls } from "../records/acl.ts";
import { readText } from "../text.ts";

/** The ACL of a node was replaced. */
export interface SetAclTxn {
  readonly path: string;
  readonly acl: readonly Acl[];
  /** The aversion the node now has. */
  readonly version: number;
}

/** `SetACLTxn => path:ustring acl:vector<ACL> version:int` */
export const setAclTxn: Codec<SetAclTxn> = {
  name: "SetACLTxn",
  encode(writer, txn) {
    writer.string(txn.path);
    writeAcls(writer, txn.acl);
    writer.int(txn.version);
  },
  decode(reader) {
    return { path: readText(reader, "path"), acl: readAcls(reader), version: reader.int() };
  },
};
