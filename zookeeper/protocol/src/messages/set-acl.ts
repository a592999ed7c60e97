import type { Codec } from "@branta/foundation-bytes";
import { type Acl, readAcls, writeAcls } from "../records/acl.ts";
import { type Stat, statCodec } from "../records/stat.ts";
import { readPath } from "../text.ts";

/** setACL (7): replaces the ACL of a node. */
export interface SetAclRequest {
  readonly path: string;
  readonly acl: readonly Acl[];
  /** Version of the ACL that must hold; -1 for any. */
  readonly version: number;
}

/** `SetACLRequest => path:ustring acl:vector<ACL> version:int` */
export const setAclRequest: Codec<SetAclRequest> = {
  name: "SetACLRequest",
  encode(writer, message) {
    writer.string(message.path);
    writeAcls(writer, message.acl);
    writer.int(message.version);
  },
  decode(reader) {
    return { path: readPath(reader), acl: readAcls(reader), version: reader.int() };
  },
};

/** The reply to setACL (7). */
export interface SetAclResponse {
  readonly stat: Stat;
}

/** `SetACLResponse => stat:Stat` */
export const setAclResponse: Codec<SetAclResponse> = {
  name: "SetACLResponse",
  encode(writer, message) {
    statCodec.encode(writer, message.stat);
  },
  decode(reader) {
    return { stat: statCodec.decode(reader) };
  },
};
