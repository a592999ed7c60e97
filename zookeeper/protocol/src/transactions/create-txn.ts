import type { Codec } from "@branta/foundation-bytes";
import { type Acl, readAcls, writeAcls } from "../records/acl.ts";
import { readText } from "../text.ts";

/** A node was made by create or create2. */
export interface CreateTxn {
  readonly path: string;
  readonly data: Buffer | null;
  readonly acl: readonly Acl[];
  /** True if the node belongs to the session in the header. */
  readonly ephemeral: boolean;
  /** The parent's counter of creates after this one; -1 if the transaction is from before it was recorded. */
  readonly parentCVersion: number;
}

/**
 * `CreateTxn => path:ustring data:buffer acl:vector<ACL> ephemeral:boolean [parentCVersion:int]`
 *
 * The last field is missing in logs of ZooKeeper 3.3 (CreateTxnV0): the reader must end where the entry ends.
 */
export const createTxn: Codec<CreateTxn> = {
  name: "CreateTxn",
  encode(writer, txn) {
    writer.string(txn.path);
    writer.buffer(txn.data);
    writeAcls(writer, txn.acl);
    writer.bool(txn.ephemeral);
    writer.int(txn.parentCVersion);
  },
  decode(reader) {
    return {
      path: readText(reader, "path"),
      data: reader.buffer(),
      acl: readAcls(reader),
      ephemeral: reader.bool(),
      parentCVersion: reader.remaining < 4 ? -1 : reader.int(),
    };
  },
};
