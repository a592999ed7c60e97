import { Writer } from "@branta/foundation-bytes";

/**
 * Request bodies, written from the protocol's specification a second time and on purpose: a mistake in the product's
 * codecs must not hide itself in the tests, and tests need what a codec refuses (null paths, null lists, odd numbers).
 */

/** One entry of an access control list. */
export interface AclEntry {
  perms: number;
  scheme: string | null;
  id: string | null;
}

/** Everyone may do everything. */
export const OPEN: readonly AclEntry[] = [{ perms: 31, scheme: "world", id: "anyone" }];

/** One part of a multi; `body` as in the request of the same type. */
export interface MultiPart {
  type: number;
  body: Buffer;
}

function body(write: (writer: Writer) => void): Buffer {
  const writer = new Writer(128);
  write(writer);
  return writer.take();
}

function acls(writer: Writer, list: readonly AclEntry[] | null): void {
  writer.vector(list, (to, entry) => {
    to.int(entry.perms);
    to.string(entry.scheme);
    to.string(entry.id);
  });
}

function texts(writer: Writer, list: readonly string[] | null): void {
  writer.vector(list, (to, text) => to.string(text));
}

/** create (1), create2 (15), createContainer (19). */
export function createBody(
  path: string | null,
  data: Buffer | null,
  acl: readonly AclEntry[] | null,
  flags: number,
): Buffer {
  return body((to) => {
    to.string(path);
    to.buffer(data);
    acls(to, acl);
    to.int(flags);
  });
}

/** createTTL (21); `ttlMs` in milliseconds. */
export function createTtlBody(
  path: string | null,
  data: Buffer | null,
  acl: readonly AclEntry[] | null,
  flags: number,
  ttlMs: number,
): Buffer {
  return body((to) => {
    to.string(path);
    to.buffer(data);
    acls(to, acl);
    to.int(flags);
    to.longNumber(ttlMs);
  });
}

/** getACL (6), sync (9), deleteContainer (20), getEphemerals (103), getAllChildrenNumber (104). */
export function pathBody(path: string | null): Buffer {
  return body((to) => to.string(path));
}

/** delete (2), check (13). */
export function pathVersionBody(path: string | null, version: number): Buffer {
  return body((to) => {
    to.string(path);
    to.int(version);
  });
}

/** exists (3), getData (4), getChildren (8), getChildren2 (12). */
export function pathWatchBody(path: string | null, watch: boolean): Buffer {
  return body((to) => {
    to.string(path);
    to.bool(watch);
  });
}

/** checkWatches (17), removeWatches (18), addWatch (106). */
export function pathKindBody(path: string | null, kind: number): Buffer {
  return body((to) => {
    to.string(path);
    to.int(kind);
  });
}

/** setData (5). */
export function setDataBody(path: string | null, data: Buffer | null, version: number): Buffer {
  return body((to) => {
    to.string(path);
    to.buffer(data);
    to.int(version);
  });
}

/** setACL (7). */
export function setAclBody(path: string | null, acl: readonly AclEntry[] | null, version: number): Buffer {
  return body((to) => {
    to.string(path);
    acls(to, acl);
    to.int(version);
  });
}

/** auth (100). */
export function authBody(scheme: string | null, auth: Buffer | null): Buffer {
  return body((to) => {
    to.int(0);
    to.string(scheme);
    to.buffer(auth);
  });
}

/** setWatches (101) with three lists, setWatches2 (105) with five. */
export function setWatchesBody(relativeZxid: number, lists: readonly (readonly string[] | null)[]): Buffer {
  return body((to) => {
    to.longNumber(relativeZxid);
    for (const list of lists) texts(to, list);
  });
}

/** reconfig (16). */
export function reconfigBody(joining: string | null, leaving: string | null, members: string | null): Buffer {
  return body((to) => {
    to.string(joining);
    to.string(leaving);
    to.string(members);
    to.longNumber(-1);
  });
}

/** multi (14) and multiRead (22). */
export function multiBody(parts: readonly MultiPart[]): Buffer {
  return body((to) => {
    for (const part of parts) {
      to.int(part.type);
      to.bool(false);
      to.int(-1);
      to.raw(part.body);
    }
    to.int(-1);
    to.bool(true);
    to.int(-1);
  });
}

/** A whole frame with its length prefix: request header and body. */
export function requestFrame(xid: number, type: number, content: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(12 + content.length);
  frame.writeInt32BE(8 + content.length, 0);
  frame.writeInt32BE(xid, 4);
  frame.writeInt32BE(type, 8);
  frame.set(content, 12);
  return frame;
}
