import type { Codec } from "@branta/foundation-bytes";
import { type Acl, readAcls, writeAcls } from "../records/acl.ts";
import { readPath, readText } from "../text.ts";

/** create (1), create2 (15) and createContainer (19): makes a node. */
export interface CreateRequest {
  readonly path: string;
  readonly data: Buffer | null;
  readonly acl: readonly Acl[];
  /** One of CreateMode; other numbers are for the server to refuse. */
  readonly flags: number;
}

/** `CreateRequest => path:ustring data:buffer acl:vector<ACL> flags:int` */
export const createRequest: Codec<CreateRequest> = {
  name: "CreateRequest",
  encode(writer, message) {
    writer.string(message.path);
    writer.buffer(message.data);
    writeAcls(writer, message.acl);
    writer.int(message.flags);
  },
  decode(reader) {
    return { path: readPath(reader), data: reader.buffer(), acl: readAcls(reader), flags: reader.int() };
  },
};

/** The reply to create (1). */
export interface CreateResponse {
  /** The name the node got, which for sequential nodes is longer than the one asked for. */
  readonly path: string;
}

/** `CreateResponse => path:ustring` */
export const createResponse: Codec<CreateResponse> = {
  name: "CreateResponse",
  encode(writer, message) {
    writer.string(message.path);
  },
  decode(reader) {
    return { path: readText(reader, "path") };
  },
};
