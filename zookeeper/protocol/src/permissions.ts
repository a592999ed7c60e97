import type { Acl, Id } from "./records/acl.ts";

/** Bits of `Acl.perms` (ZooDefs.Perms). Create and Delete are asked of the parent. */
export const Permission = {
  Read: 1,
  Write: 2,
  Create: 4,
  Delete: 8,
  Admin: 16,
  All: 31,
} as const;

/** Everyone, authenticated or not. */
export const ANYONE_ID: Id = Object.freeze({ scheme: "world", id: "anyone" });

/** Everyone may do everything. */
export const OPEN_ACL: readonly Acl[] = Object.freeze([Object.freeze({ perms: Permission.All, id: ANYONE_ID })]);

/** Everyone may read, nobody may change. */
export const READ_ACL: readonly Acl[] = Object.freeze([Object.freeze({ perms: Permission.Read, id: ANYONE_ID })]);

/** Whoever the creating connection is authenticated as may do everything; the server puts the identities in. */
export const CREATOR_ALL_ACL: readonly Acl[] = Object.freeze([
  Object.freeze({ perms: Permission.All, id: Object.freeze({ scheme: "auth", id: "" }) }),
]);

const LETTERS: readonly (readonly [number, string])[] = [
  [Permission.Create, "c"],
  [Permission.Delete, "d"],
  [Permission.Read, "r"],
  [Permission.Write, "w"],
  [Permission.Admin, "a"],
];

/** Permissions as the command line writes them: "cdrwa". */
export function formatPermissions(perms: number): string {
  return LETTERS.filter(([bit]) => (perms & bit) !== 0)
    .map(([, letter]) => letter)
    .join("");
}

/** Permissions from letters in any order, such as "rw"; undefined if a letter is none. */
export function parsePermissions(text: string): number | undefined {
  let perms = 0;
  for (const character of text) {
    const found = LETTERS.find(([, letter]) => letter === character);
    if (found === undefined) return undefined;
    perms |= found[0];
  }
  return perms;
}
