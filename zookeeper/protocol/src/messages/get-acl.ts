import type { Codec } from "@branta/foundation-bytes";
import { type Acl, readAcls, writeAcls } from "../records/acl.ts";
import { type Stat, statCodec } from "../records/stat.ts";
import { readText } from "../text.ts";

/** getACL (6): reads the ACL of a node. */
export interface GetAclRequest {
  readonly path: string;
}

/** `GetACLRequest => path:ustring` */
export const getAclRequest: Codec<GetAclRequest> = {
  name: "GetACLRequest",
  encode(writer, message) {
    writer.string(message.path);
  },
  decode(reader) {
    return { path: readText(reader, "path") };
  },
};

/** The reply to getACL (6). Without the Admin permission the hashes of digest ids are masked. */
export interface GetAclResponse {
  readonly acl: readonly Acl[];
  readonly stat: Stat;
}

/** `GetACLResponse => acl:vector<ACL> stat:Stat` */
export const getAclResponse: Codec<GetAclResponse> = {
  name: "GetACLResponse",
  encode(writer, message) {
    writeAcls(writer, message.acl);
    statCodec.encode(writer, message.stat);
  },
  decode(reader) {
    return { acl: readAcls(reader), stat: statCodec.decode(reader) };
  },
};
