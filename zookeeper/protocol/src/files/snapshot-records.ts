import type { Codec } from "@branta/foundation-bytes";
import { type Acl, readAcls, writeAcls } from "../records/acl.ts";
import { type StatPersisted, statPersistedCodec } from "../records/stat-persisted.ts";
import { readText } from "../text.ts";

/** ACL id of nodes that are open to all; it is not in the table. */
export const OPEN_ACL_ID = -1;

/** The path that no node has: it ends the nodes, and stands in every seal. The root's own path is "". */
export const END_PATH = "/";

export interface SnapshotSession {
  readonly sessionId: bigint;
  /** ms */
  readonly timeOut: number;
}

/** One list of ACLs, which nodes refer to by number. */
export interface SnapshotAcl {
  readonly aclId: number;
  readonly acl: readonly Acl[];
}

export interface SnapshotNode {
  /** "" is the root. */
  readonly path: string;
  readonly data: Buffer | null;
  /** A number from the table of ACLs, or {@link OPEN_ACL_ID}. */
  readonly aclId: number;
  readonly stat: StatPersisted;
}

/** The digest of the tree as of a transaction; all 0 if none was known. */
export interface ZxidDigest {
  readonly zxid: number;
  readonly digestVersion: number;
  readonly digest: bigint;
}

/** `Session => sessionId:long timeOut:int` */
export const snapshotSession: Codec<SnapshotSession> = {
  name: "Session",
  encode(writer, session) {
    writer.long(session.sessionId);
    writer.int(session.timeOut);
  },
  decode(reader) {
    return { sessionId: reader.long(), timeOut: reader.int() };
  },
};

/** `AclEntry => aclId:long acl:vector<ACL>` */
export const snapshotAcl: Codec<SnapshotAcl> = {
  name: "AclEntry",
  encode(writer, entry) {
    writer.longNumber(entry.aclId);
    writeAcls(writer, entry.acl);
  },
  decode(reader) {
    return { aclId: reader.longNumber(), acl: readAcls(reader) };
  },
};

/** `Node => path:ustring data:buffer aclId:long stat:StatPersisted` */
export const snapshotNode: Codec<SnapshotNode> = {
  name: "Node",
  encode(writer, node) {
    writer.string(node.path);
    writer.buffer(node.data);
    writer.longNumber(node.aclId);
    statPersistedCodec.encode(writer, node.stat);
  },
  decode(reader) {
    return {
      path: readText(reader, "path"),
      data: reader.buffer(),
      aclId: reader.longNumber(),
      stat: statPersistedCodec.decode(reader),
    };
  },
};

/** `ZxidDigest => zxid:long digestVersion:int digest:(long | ustring)`; before version 2 the digest was hexadecimal. */
export const zxidDigest: Codec<ZxidDigest> = {
  name: "ZxidDigest",
  encode(writer, value) {
    writer.longNumber(value.zxid);
    writer.int(value.digestVersion);
    if (value.digestVersion < 2) writer.string(BigInt.asUintN(64, value.digest).toString(16));
    else writer.long(value.digest);
  },
  decode(reader) {
    const zxid = reader.longNumber();
    const digestVersion = reader.int();
    return { zxid, digestVersion, digest: digestVersion < 2 ? parseHex(reader.string()) : reader.long() };
  },
};

function parseHex(text: string | null): bigint {
  // A digest of version 1 cannot be compared with ours, so one that is no number is as good as none.
  return text !== null && /^[0-9a-f]{1,16}$/i.test(text) ? BigInt.asIntN(64, BigInt(`0x${text}`)) : 0n;
}
