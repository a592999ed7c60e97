import type { Acl } from "@branta/zookeeper-protocol";

/** The number of world:anyone with all permissions, which is never counted nor stored (Apache's OPEN_UNSAFE_ACL_ID). */
export const OPEN_ACL_ID = -1;

const OPEN_ACL: readonly Acl[] = [{ perms: 31, id: { scheme: "world", id: "anyone" } }];

/**
 * Access control lists by number: most nodes share a few lists, so a node keeps a number and the list stands here
 * once, with a count of its users. Numbers are what snapshots store (Apache's ReferenceCountedACLCache).
 */
export class AclTable {
  readonly #byId = new Map<number, { acl: readonly Acl[]; key: string; users: number }>();
  readonly #byKey = new Map<string, number>();
  #lastId = 0;

  /** Lists in use. */
  get size(): number {
    return this.#byId.size;
  }

  /** The list's number, counting one more user. */
  acquire(acl: readonly Acl[]): number {
    if (isOpen(acl)) return OPEN_ACL_ID;
    const key = keyOf(acl);
    const known = this.#byKey.get(key);
    if (known !== undefined) {
      this.#byId.get(known)!.users++;
      return known;
    }
    const id = ++this.#lastId;
    this.#byId.set(id, { acl, key, users: 1 });
    this.#byKey.set(key, id);
    return id;
  }

  /** Counts one user less and forgets the list with the last one. */
  release(id: number): void {
    const entry = this.#byId.get(id);
    if (entry === undefined || --entry.users > 0) return;
    this.#byId.delete(id);
    this.#byKey.delete(entry.key);
  }

  /** The list behind a number; an unknown number (possible in a fuzzy snapshot) answers undefined. */
  get(id: number): readonly Acl[] | undefined {
    return id === OPEN_ACL_ID ? OPEN_ACL : this.#byId.get(id)?.acl;
  }

  /** Puts a list under the number it has in a snapshot, with no user yet. */
  restore(id: number, acl: readonly Acl[]): void {
    const key = keyOf(acl);
    this.#byId.set(id, { acl, key, users: 0 });
    this.#byKey.set(key, id);
    this.#lastId = Math.max(this.#lastId, id);
  }

  /** Counts a user of a number restored from a snapshot. A number without a list is never given to another one. */
  addUser(id: number): void {
    this.#lastId = Math.max(this.#lastId, id);
    const entry = this.#byId.get(id);
    if (entry !== undefined) entry.users++;
  }

  /** Forgets restored lists that no node uses. */
  dropUnused(): void {
    for (const [id, entry] of this.#byId) {
      if (entry.users > 0) continue;
      this.#byId.delete(id);
      this.#byKey.delete(entry.key);
    }
  }

  entries(): { id: number; acl: readonly Acl[] }[] {
    return [...this.#byId].map(([id, { acl }]) => ({ id, acl }));
  }
}

function isOpen(acl: readonly Acl[]): boolean {
  const only = acl[0];
  return (
    acl.length === 1 && only !== undefined && only.perms === 31 && only.id.scheme === "world" && only.id.id === "anyone"
  );
}

function keyOf(acl: readonly Acl[]): string {
  return JSON.stringify(acl.map(({ perms, id }) => [perms, id.scheme, id.id]));
}
