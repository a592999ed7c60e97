import type { Codec, Reader, Writer } from "@branta/foundation-bytes";
import { NULL_TEXT } from "../text.ts";

/** Who: a scheme of authentication and a name in it, such as digest `user:hash` or ip `10.0.0.0/8`. */
export interface Id {
  readonly scheme: string;
  readonly id: string;
}

/** Who may do what. */
export interface Acl {
  /** Bits of Permission. */
  readonly perms: number;
  readonly id: Id;
}

/** `Id => scheme:ustring id:ustring` */
export const idCodec: Codec<Id> = {
  name: "Id",
  encode(writer, id) {
    writer.string(id.scheme);
    writer.string(id.id);
  },
  decode(reader) {
    // A scheme that was not sent is as invalid as one that nobody knows, and is refused in the same way. kazoo sends
    // an empty name as null: scheme auth does not look at it, others cannot do without.
    return { scheme: reader.string() ?? "", id: reader.string() ?? NULL_TEXT };
  },
};

/** `ACL => perms:int id:Id` */
export const aclCodec: Codec<Acl> = {
  name: "ACL",
  encode(writer, acl) {
    writer.int(acl.perms);
    idCodec.encode(writer, acl.id);
  },
  decode(reader) {
    return { perms: reader.int(), id: idCodec.decode(reader) };
  },
};

/** The list that a null list reads as: servers refuse it like any empty one, but for a part of a multi. */
export const NULL_ACLS: readonly Acl[] = Object.freeze([]);

/** Reads `vector<ACL>`; null reads as {@link NULL_ACLS}. */
export function readAcls(reader: Reader): readonly Acl[] {
  return reader.vector(aclCodec.decode) ?? NULL_ACLS;
}

export function writeAcls(writer: Writer, acls: readonly Acl[]): void {
  writer.int(acls.length);
  for (const acl of acls) aclCodec.encode(writer, acl);
}
