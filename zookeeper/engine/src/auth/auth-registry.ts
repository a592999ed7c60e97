import { type Acl, ErrorCode, type Id, NULL_TEXT, Permission, trimAsJava } from "@branta/zookeeper-protocol";
import { isAnyone } from "./auth-ids.ts";
import type { AuthScheme, AuthSettings } from "./auth-settings.ts";
import { authenticate, type AuthConnection, type AuthOutcome, x509Ids } from "./authenticate.ts";
import { isDigestId, maskDigestId } from "./digest-id.ts";
import { ipMatches, parseIpRange } from "./ip-address.ts";
import { isKerberosName } from "./kerberos-name.ts";
import { isX500Name } from "./x500-name.ts";

/** What audit and `whoami` call a client: who it is in one scheme. */
export interface ClientIdentity {
  readonly authScheme: string;
  /** Empty for schemes without a provider, such as super. */
  readonly user: string;
}

/** Access control: which ids may stand in a list, which permissions a list gives to which ids, who a client is. Pure. */
export class AuthRegistry {
  readonly #settings: AuthSettings;

  constructor(settings: AuthSettings) {
    this.#settings = settings;
  }

  /** Permissions are not checked at all. */
  get skipAcl(): boolean {
    return this.#settings.skipAcl;
  }

  /** A connection must have authenticated by SASL; its failure is answered with SessionClosedRequireSaslAuth. */
  get saslRequired(): boolean {
    return this.#settings.enforcedSchemes?.has("sasl") === true;
  }

  /** A connection whose SASL exchange failed may stay, unauthenticated. */
  get allowSaslFailedClients(): boolean {
    return this.#settings.allowSaslFailedClients;
  }

  /** The schemes with a provider. */
  get schemes(): ReadonlySet<AuthScheme> {
    return this.#settings.schemes;
  }

  /**
   * The list to store for one that a client sent: duplicates out, `auth` replaced by the client's own ids.
   * A number is the error to answer: InvalidAcl for an empty list, an unknown scheme, a name its scheme refuses, or `auth`
   * from a client that has authenticated nothing. (PrepRequestProcessor.fixupACL)
   */
  fixupAcl(_path: string, authInfo: readonly Id[], acl: readonly Acl[] | null): Acl[] | ErrorCode {
    if (acl === null || acl.length === 0) return ErrorCode.InvalidAcl;
    const fixed: Acl[] = [];
    for (const entry of withoutDuplicates(acl)) {
      if (entry.id.id === NULL_TEXT && this.#needsName(entry.id.scheme)) return ErrorCode.MarshallingError;
      if (isAnyone(entry.id)) {
        fixed.push(entry);
      } else if (entry.id.scheme === "auth") {
        const own = authInfo.filter((id) => this.#authenticates(id.scheme));
        if (own.length === 0) return ErrorCode.InvalidAcl;
        for (const id of own) fixed.push({ perms: entry.perms, id });
      } else if (this.#accepts(entry.id)) {
        fixed.push(entry);
      } else {
        return ErrorCode.InvalidAcl;
      }
    }
    return fixed;
  }

  /**
   * Whether ids have at least one of the permissions in `perm`. An empty list protects nothing, super may do everything.
   * Allocates nothing. (ZooKeeperServer.checkACL; path and setAcl are there for schemes to come, none looks at them.)
   */
  checkAcl(
    acl: readonly Acl[] | null,
    perm: number,
    authInfo: readonly Id[],
    _path?: string | null,
    _setAcl?: readonly Acl[] | null,
  ): boolean {
    if (acl === null || acl.length === 0 || this.#settings.skipAcl) return true;
    for (const entry of acl) if ((entry.perms & perm) !== 0 && isAnyone(entry.id)) return true;
    for (const id of authInfo) if (id.scheme === "super") return true;
    for (const entry of acl) {
      if ((entry.perms & perm) === 0) continue;
      for (const id of authInfo) {
        if (id.scheme === entry.id.scheme && this.#matches(id, entry.id.id)) return true;
      }
    }
    return false;
  }

  /** The list as getACL answers it: whole to those with Admin, with digests masked to others. */
  visibleAcl(acl: readonly Acl[], authInfo: readonly Id[], path: string): readonly Acl[] {
    if (this.checkAcl(acl, Permission.Admin, authInfo, path)) return acl;
    return acl.map((entry) =>
      entry.id.scheme === "digest"
        ? { perms: entry.perms, id: { scheme: "digest", id: maskDigestId(entry.id.id) } }
        : entry,
    );
  }

  /** An auth request (opcode 100): which ids it adds, or how it fails. */
  authenticate(scheme: string | null, token: Buffer | null, connection: AuthConnection): AuthOutcome {
    return authenticate(this.#settings, scheme, token, connection);
  }

  /** What a finished SASL exchange adds. */
  saslIds(user: string): Id[] {
    const ids = [{ scheme: "sasl", id: user }];
    if (this.#settings.saslSuperUsers.has(user)) ids.push({ scheme: "super", id: "" });
    return ids;
  }

  /** What a verified client certificate adds; null when there is no provider for x509, and the connection must be closed. */
  x509Ids(subjectDn: string): Id[] | null {
    return x509Ids(this.#settings, subjectDn);
  }

  /** The user in an id, as audit and `whoami` show it. */
  userOf(id: Id): string {
    if (!this.#settings.schemes.has(id.scheme as AuthScheme)) return "";
    return id.scheme === "digest" ? id.id.split(":", 1)[0]! : id.id;
  }

  /** The answer to `whoami`, in the order in which the ids came. */
  clientInfos(authInfo: readonly Id[]): ClientIdentity[] {
    return authInfo.map((id) => ({ authScheme: id.scheme, user: this.userOf(id) }));
  }

  /** All users behind a connection, joined by commas; null when there are none. For people to read. */
  usersOf(authInfo: readonly Id[]): string | null {
    const users = authInfo.map((id) => this.userOf(id)).filter((user) => trimAsJava(user) !== "");
    return users.length === 0 ? null : users.join(",");
  }

  /** Whether a connection with these ids may send requests at all (`enforce.auth`). */
  mayRequest(authInfo: readonly Id[]): boolean {
    const enforced = this.#settings.enforcedSchemes;
    return enforced === null || authInfo.some((id) => enforced.has(id.scheme));
  }

  /** Whether an id of this scheme says who a client is, rather than where it is. */
  #authenticates(scheme: string): boolean {
    return scheme !== "ip" && scheme !== "ensemble" && this.#settings.schemes.has(scheme as AuthScheme);
  }

  /** Whether a list may hold this id. */
  /** Apache's schemes fail on a name that is null, all but auth, which does not look at it. */
  #needsName(scheme: string): boolean {
    return scheme === "world" || (scheme !== "auth" && this.#settings.schemes.has(scheme as AuthScheme));
  }

  #accepts(id: Id): boolean {
    const scheme = id.scheme as AuthScheme;
    if (!this.#settings.schemes.has(scheme)) return false;
    switch (scheme) {
      case "digest":
        return isDigestId(id.id);
      case "ip":
        return parseIpRange(id.id) !== null;
      case "x509":
        return isX500Name(id.id);
      case "sasl":
        return isKerberosName(id.id);
      case "key":
        return true;
      case "ensemble":
        break;
    }
    return false;
  }

  /** Whether a client's id is meant by a list's name in the same scheme. */
  #matches(id: Id, name: string): boolean {
    const settings = this.#settings;
    const scheme = id.scheme as AuthScheme;
    if (!settings.schemes.has(scheme)) return false;
    switch (scheme) {
      case "ip": {
        const range = parseIpRange(name);
        return range !== null && ipMatches(id.id, range);
      }
      case "x509":
        return id.id === name || id.id === settings.x509SuperUser;
      case "sasl":
        return id.id === name || id.id === "super" || name === settings.anySaslUserName;
      case "digest":
      case "key":
        return id.id === name;
      case "ensemble":
        break;
    }
    return false;
  }
}

/** By a set, not pair by pair as Apache does it: a list of a megabyte would otherwise stop the server for seconds. */
function withoutDuplicates(acl: readonly Acl[]): Iterable<Acl> {
  if (acl.length === 1) return acl;
  const unique = new Map<string, Acl>();
  for (const entry of acl) {
    const key = `${entry.perms} ${entry.id.scheme.length} ${entry.id.scheme}${entry.id.id}`;
    if (!unique.has(key)) unique.set(key, entry);
  }
  return unique.values();
}
