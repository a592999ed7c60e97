import type { Codec } from "@branta/foundation-bytes";
import { type Acl, readAcls, writeAcls } from "../records/acl.ts";
import { readText } from "../text.ts";

/** A container node was made. */
export interface CreateContainerTxn {
  readonly path: string;
  readonly data: Buffer | null;
  readonly acl: readonly Acl[];
  /** The parent's counter of creates after this one. */
  readonly parentCVersion: number;
}

/** `CreateContainerTxn => path:ustring data:buffer acl:vector<ACL> parentCVersion:int` */
export const createContainerTxn: Codec<CreateContainerTxn> = {
  name: "CreateContainerTxn",
  encode(writer, txn) {
    writer.string(txn.path);
    writer.buffer(txn.data);
    writeAcls(writer, txn.acl);
    writer.int(txn.parentCVersion);
  },
  decode(reader) {
    return {
      path: readText(reader, "path"),
      data: reader.buffer(),
      acl: readAcls(reader),
      parentCVersion: reader.int(),
    };
  },
};
