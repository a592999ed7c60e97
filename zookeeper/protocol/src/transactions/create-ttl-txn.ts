import type { Codec } from "@branta/foundation-bytes";
import { type Acl, readAcls, writeAcls } from "../records/acl.ts";
import { readText } from "../text.ts";

/** A node with a time to live was made. */
export interface CreateTtlTxn {
  readonly path: string;
  readonly data: Buffer | null;
  readonly acl: readonly Acl[];
  /** The parent's counter of creates after this one. */
  readonly parentCVersion: number;
  /** ms. */
  readonly ttl: number;
}

/** `CreateTTLTxn => path:ustring data:buffer acl:vector<ACL> parentCVersion:int ttl:long` */
export const createTtlTxn: Codec<CreateTtlTxn> = {
  name: "CreateTTLTxn",
  encode(writer, txn) {
    writer.string(txn.path);
    writer.buffer(txn.data);
    writeAcls(writer, txn.acl);
    writer.int(txn.parentCVersion);
    writer.longNumber(txn.ttl);
  },
  decode(reader) {
    return {
      path: readText(reader, "path"),
      data: reader.buffer(),
      acl: readAcls(reader),
      parentCVersion: reader.int(),
      ttl: reader.longNumber(),
    };
  },
};
