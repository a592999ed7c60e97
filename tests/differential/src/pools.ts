import { createHash } from "node:crypto";
import { type AclEntry, OPEN } from "@branta/tests-kit";
import type { Random } from "@branta/tests-kit";

/** Few paths, so that operations meet; two levels deep almost everywhere, three in places. */
const PATHS: readonly string[] = [
  "/a", "/b", "/c", "/d", "/a/x", "/a/y", "/a/z", "/b/x", "/b/y", "/c/x", "/c/y", "/a/x/1", "/a/x/2", "/b/x/1", "/c/x/1", "/d/ü", "/d/漢字",
]; // prettier-ignore

/** Paths with a story of their own. */
const ODD_PATHS: readonly string[] = [
  "/", "/zookeeper", "/zookeeper/quota", "/zookeeper/config", "/zookeeper/quota/a", "/zookeeper/x", "/missing/child",
  "", "a", "/a/", "//a", "/a//x", "/a/.", "/a/..", "/./a", "/..", "/a/b/c/d/e/f", "/a\u0000", "/a/\u0001x", "/a/\u007fx", "/a/\u009f",
  "/a/\ud83d\ude00", "/a/\uf8ff", "/a/\ufff0", "/a/\u2028", "/a/...", "/ ", "/a b", "/zookeeperx", "/a/zookeeper",
]; // prettier-ignore

/** What sequential nodes are asked to be called. */
const PREFIXES: readonly string[] = ["/a/s-", "/b/s-", "/c/", "/a/x/q", "/s", "/d/n-", "/"];

/** Users that sessions may authenticate as. */
export const USERS: readonly string[] = ["ann:secret", "bob:pass:word", "ann:other"];
/** The superuser's name and password; the servers are started with its digest. */
export const SUPERUSER = "super:very secret";

/** `user:base64(sha1("user:password"))`, as the digest scheme writes identities. */
export function digestId(userAndPassword: string): string {
  const hash = createHash("sha1").update(userAndPassword).digest("base64");
  return `${userAndPassword.split(":")[0]}:${hash}`;
}

function entry(perms: number, scheme: string | null, id: string | null): AclEntry {
  return { perms, scheme, id };
}

/** Access control lists by name. */
const ACLS: readonly (readonly [number, string, readonly AclEntry[] | null])[] = [
  [60, "open", OPEN],
  [4, "read-only", [entry(1, "world", "anyone")]],
  [3, "all but admin", [entry(15, "world", "anyone")]],
  [4, "creator", [entry(31, "auth", "")]],
  [2, "auth with a name", [entry(31, "auth", "someone")]],
  [4, "ann", [entry(31, "digest", digestId(USERS[0]!))]],
  [3, "bob, others read", [entry(31, "digest", digestId(USERS[1]!)), entry(1, "world", "anyone")]],
  [2, "loopback", [entry(31, "ip", "127.0.0.1")]],
  [2, "loopback net", [entry(31, "ip", "127.0.0.0/8")]],
  [2, "another host", [entry(31, "ip", "10.1.2.3"), entry(1, "world", "anyone")]],
  [1, "ipv6", [entry(31, "ip", "::1"), entry(17, "world", "anyone")]],
  [1, "ipv6 net", [entry(31, "ip", "fe80::/10"), entry(17, "world", "anyone")]],
  [1, "wide ip", [entry(31, "ip", "127.0.0.1/0")]],
  [1, "bad ip", [entry(31, "ip", "127.0.0")]],
  [1, "bad ip bits", [entry(31, "ip", "127.0.0.1/33")]],
  [1, "bad ip number", [entry(31, "ip", "127.0.0.256")]],
  [1, "ip name", [entry(31, "ip", "localhost")]],
  [1, "twice", [entry(31, "world", "anyone"), entry(31, "world", "anyone")]],
  [1, "empty", []],
  [1, "null list", null],
  [1, "unknown scheme", [entry(31, "nobody", "knows")]],
  [1, "null scheme", [entry(31, null, "x")]],
  [1, "null id", [entry(31, "world", null)]],
  [1, "world not anyone", [entry(31, "world", "someone")]],
  [1, "bad digest", [entry(31, "digest", "ann")]],
  [1, "digest with colons", [entry(31, "digest", "ann:a:b")]],
  [1, "super as id", [entry(31, "super", "")]],
  [1, "x509", [entry(31, "x509", "CN=nobody")]],
  [1, "sasl", [entry(31, "sasl", "someone")]],
  [1, "no permissions", [entry(0, "world", "anyone"), entry(31, "digest", digestId(USERS[0]!))]],
  [1, "odd permissions", [entry(-1, "world", "anyone")]],
  [1, "more permissions", [entry(0x7f, "world", "anyone")]],
];

const DATA: readonly (Buffer | null)[] = [
  null,
  Buffer.alloc(0),
  Buffer.from("x"),
  Buffer.from("hello"),
  Buffer.alloc(100, "v"),
  Buffer.from([0, 255, 128, 10, 34]),
];

/** The things operations are made of. */
export class Pools {
  readonly #random: Random;
  /** Names that servers gave to sequential nodes, newest last. */
  readonly #given: string[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** Keeps a name that a server gave. */
  learn(path: string): void {
    this.#given.push(path);
    if (this.#given.length > 400) this.#given.shift();
  }

  path(): string {
    if (this.#given.length > 0 && this.#random.oneIn(8)) return this.#random.pick(this.#given);
    if (this.#random.oneIn(40)) return this.#random.pick(ODD_PATHS);
    return this.#random.pick(PATHS);
  }

  /** A path that may be null, for odd requests. */
  pathOrNull(): string | null {
    return this.#random.oneIn(10) ? null : this.path();
  }

  /** A path that should be deleted soon, or the old story. */
  pathToDelete(): string {
    if (this.#given.length > 60 || (this.#given.length > 0 && this.#random.oneIn(3))) return this.#given.shift()!;
    return this.path();
  }

  prefix(): string {
    return this.#random.pick(PREFIXES);
  }

  data(): Buffer | null {
    return this.#random.pick(DATA);
  }

  version(): number {
    return this.#random.weighted([
      [60, -1],
      [20, 0],
      [10, 1],
      [5, 2],
      [2, 7],
      [1, -2],
      [1, 0x7fffffff],
      [1, -0x80000000],
    ]);
  }

  /** A list and its name. */
  acl(): { name: string; entries: readonly AclEntry[] | null } {
    const found = this.#random.weighted(ACLS.map((row) => [row[0], row] as const));
    return { name: found[1], entries: found[2] };
  }
}
