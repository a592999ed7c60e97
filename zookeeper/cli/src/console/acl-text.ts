import { ZooKeeperError } from "@branta/zookeeper-client";
import { type Acl, formatPermissions, Permission } from "@branta/zookeeper-protocol";

const LETTERS: Readonly<Record<string, number>> = {
  r: Permission.Read,
  w: Permission.Write,
  c: Permission.Create,
  d: Permission.Delete,
  a: Permission.Admin,
};

/** An ACL read from text, and what was wrong with the parts that are missing from it. */
export interface AclText {
  readonly acl: readonly Acl[];
  readonly problems: readonly string[];
}

/**
 * Reads `scheme:id:perms,scheme:id:perms`; the id may hold colons. As in Apache's client a part that cannot be read
 * is left out with a word about it, and the server judges what remains.
 */
export function parseAcl(text: string): AclText {
  const acl: Acl[] = [];
  const problems: string[] = [];
  for (const part of text.replace(/,+$/, "").split(",")) {
    const first = part.indexOf(":");
    const last = part.lastIndexOf(":");
    if (first === last) {
      problems.push(`${part} does not have the form scheme:id:perm`);
      continue;
    }
    let perms = 0;
    for (const letter of part.slice(last + 1)) {
      const perm = LETTERS[letter];
      if (perm === undefined) problems.push(`Unknown perm type: ${letter}`);
      else perms |= perm;
    }
    acl.push({ perms, id: { scheme: part.slice(0, first), id: part.slice(first + 1, last) } });
  }
  return { acl, problems };
}

/** @throws ZooKeeperError InvalidAcl, without asking the server: nobody could ever do anything with such a node */
export function refuseEmptyAcl(acl: readonly Acl[] | undefined): void {
  if (acl?.length === 0) throw new ZooKeeperError("InvalidAcl", "Cannot use an ACL without entries");
}

/** The two lines by which `getAcl` shows an entry: `'world,'anyone` and `: cdrwa`. */
export function aclLines({ id, perms }: Acl): string[] {
  return [`'${escapeCsv(id.scheme)},'${escapeCsv(id.id)}`, `: ${formatPermissions(perms)}`];
}

/** Jute's text form of a string. */
function escapeCsv(text: string): string {
  return text.replaceAll(
    /[\0\n\r,}%]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}
