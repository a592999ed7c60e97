import type { Acl, Id } from "@branta/zookeeper-protocol";
import { hostAddress } from "./ip-address.ts";
import { inJavaHashOrder } from "./java-hash-order.ts";

const EVERYTHING = 31;

/** The id with which every connection begins. Takes Node's `socket.remoteAddress`. */
export function ipId(remoteAddress: string | undefined): Id {
  return { scheme: "ip", id: hostAddress(remoteAddress) };
}

/**
 * A connection's ids with one more, in the order in which Apache lists them. They are a set: the same array comes back
 * when the id is there already, otherwise a new one, so that requests already under way keep the ids they came with.
 */
export function addId(authInfo: readonly Id[], id: Id): readonly Id[] {
  return authInfo.some((known) => sameId(known, id)) ? authInfo : inJavaHashOrder([...authInfo, id]);
}

/** Whether two ids are the same scheme and name. */
export function sameId(one: Id, other: Id): boolean {
  return one.scheme === other.scheme && one.id === other.id;
}

/** Whether this is the id everybody has. */
export function isAnyone(id: Id): boolean {
  return id.scheme === "world" && id.id === "anyone";
}

/**
 * The permissions that a list gives to everybody. Kept beside an interned list, `(world & permission) !== 0` is the whole
 * check for open nodes. An empty list protects nothing.
 */
export function worldPermissions(acl: readonly Acl[] | null): number {
  if (acl === null || acl.length === 0) return EVERYTHING;
  let perms = 0;
  for (const entry of acl) if (isAnyone(entry.id)) perms |= entry.perms;
  return perms;
}
