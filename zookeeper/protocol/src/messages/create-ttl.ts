import type { Codec } from "@branta/foundation-bytes";
import { type Acl, readAcls, writeAcls } from "../records/acl.ts";
import { readPath } from "../text.ts";

/** createTTL (21): makes a node that may go when unchanged and childless for a time. Its reply is Create2Response. */
export interface CreateTtlRequest {
  readonly path: string;
  readonly data: Buffer | null;
  readonly acl: readonly Acl[];
  /** CreateMode.PersistentWithTtl or PersistentSequentialWithTtl. */
  readonly flags: number;
  /** Time to live, ms. */
  readonly ttl: number;
}

/** `CreateTTLRequest => path:ustring data:buffer acl:vector<ACL> flags:int ttl:long` */
export const createTtlRequest: Codec<CreateTtlRequest> = {
  name: "CreateTTLRequest",
  encode(writer, message) {
    writer.string(message.path);
    writer.buffer(message.data);
    writeAcls(writer, message.acl);
    writer.int(message.flags);
    writer.longNumber(message.ttl);
  },
  decode(reader) {
    return {
      path: readPath(reader),
      data: reader.buffer(),
      acl: readAcls(reader),
      flags: reader.int(),
      ttl: reader.longNumber(),
    };
  },
};
