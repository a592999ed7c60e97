import { AuthConfigError } from "./auth-config-error.ts";
import { digestAlgorithm } from "./digest-id.ts";

/** Everything configurable about access control. Property names stand beside each. */
export interface AuthSettings {
  /** `zookeeper.skipACL` = yes */
  readonly skipAcl: boolean;
  /** The schemes that may authenticate and stand in ACLs, besides world, auth and super. */
  readonly schemes: ReadonlySet<AuthScheme>;
  /** Classes named by `zookeeper.authProvider.*` that are none of Apache's: to be warned about, as Apache does. */
  readonly unknownProviders: readonly string[];
  /** `zookeeper.DigestAuthenticationProvider.digestAlg`, by OpenSSL's name */
  readonly digestAlgorithm: string;
  /** `zookeeper.DigestAuthenticationProvider.superDigest`: `user:hash` whose password opens everything */
  readonly superDigest: string | null;
  /** `zookeeper.superUser` and `zookeeper.superUser.*`: SASL users to whom everything is open */
  readonly saslSuperUsers: ReadonlySet<string>;
  /** `zookeeper.X509AuthenticationProvider.superUser`: the certificate subject to whom everything is open */
  readonly x509SuperUser: string | null;
  /** `zookeeper.letAnySaslUserDoX`: an ACL name of scheme sasl that any SASL user matches */
  readonly anySaslUserName: string | null;
  /** `zookeeper.ensembleAuthName`, comma-separated; null when any name will do */
  readonly ensembleNames: ReadonlySet<string> | null;
  /** Schemes one of which a connection must have before any request; null when none is needed.
   * `zookeeper.enforce.auth.enabled` with `zookeeper.enforce.auth.schemes`, or `zookeeper.sessionRequireClientSASLAuth`. */
  readonly enforcedSchemes: ReadonlySet<string> | null;
  /** `zookeeper.allowSaslFailedClients` */
  readonly allowSaslFailedClients: boolean;
}

/** Schemes with a provider class in Apache. */
export type AuthScheme = "ip" | "digest" | "x509" | "sasl" | "ensemble" | "key";

const PACKAGE = "org.apache.zookeeper.server.auth.";
const PROVIDERS: ReadonlyMap<string, AuthScheme> = new Map([
  [`${PACKAGE}IPAuthenticationProvider`, "ip"],
  [`${PACKAGE}DigestAuthenticationProvider`, "digest"],
  [`${PACKAGE}X509AuthenticationProvider`, "x509"],
  [`${PACKAGE}SASLAuthenticationProvider`, "sasl"],
  [`${PACKAGE}EnsembleAuthenticationProvider`, "ensemble"],
  [`${PACKAGE}KeyAuthenticationProvider`, "key"],
]);
const PROVIDER_PREFIX = "zookeeper.authProvider.";
const SUPER_USER = "zookeeper.superUser";

/**
 * Reads the settings from Java system properties, as an operator knows them (`zookeeper.skipACL`).
 *
 * @param options.tls registers scheme x509 as Apache does when there is a `secureClientPort` or port unification.
 * @throws AuthConfigError for an unknown digest, or enforced schemes that no provider serves.
 */
export function authSettings(properties: ReadonlyMap<string, string>, options: { tls?: boolean } = {}): AuthSettings {
  const { schemes, unknownProviders } = providers(properties, options.tls === true);
  const superUsers = [...properties].filter(([key]) => key === SUPER_USER || key.startsWith(`${SUPER_USER}.`));
  const names = properties.get("zookeeper.ensembleAuthName");
  return {
    skipAcl: properties.get("zookeeper.skipACL") === "yes",
    schemes,
    unknownProviders,
    digestAlgorithm: digestAlgorithm(properties.get("zookeeper.DigestAuthenticationProvider.digestAlg") ?? "SHA1"),
    superDigest: properties.get("zookeeper.DigestAuthenticationProvider.superDigest") ?? null,
    saslSuperUsers: new Set(superUsers.map(([, user]) => user).filter((user) => user !== "")),
    x509SuperUser: properties.get("zookeeper.X509AuthenticationProvider.superUser") ?? null,
    anySaslUserName: properties.get("zookeeper.letAnySaslUserDoX") ?? null,
    ensembleNames: names === undefined ? null : new Set(names.split(",").map((name) => name.trim())),
    enforcedSchemes: enforcedSchemes(properties, schemes),
    allowSaslFailedClients: isTrue(properties.get("zookeeper.allowSaslFailedClients")),
  };
}

function providers(properties: ReadonlyMap<string, string>, tls: boolean) {
  const schemes = new Set<AuthScheme>(["ip"]);
  const unknownProviders: string[] = [];
  if (isTrue(properties.get("zookeeper.DigestAuthenticationProvider.enabled") ?? "true")) schemes.add("digest");
  if (tls) schemes.add("x509");
  for (const [key, className] of properties) {
    if (!key.startsWith(PROVIDER_PREFIX)) continue;
    const scheme = PROVIDERS.get(className.trim());
    if (scheme === undefined) unknownProviders.push(className);
    else schemes.add(scheme);
  }
  return { schemes, unknownProviders };
}

function enforcedSchemes(
  properties: ReadonlyMap<string, string>,
  available: ReadonlySet<string>,
): ReadonlySet<string> | null {
  const saslOnly = isTrue(properties.get("zookeeper.sessionRequireClientSASLAuth"));
  if (!saslOnly && !isTrue(properties.get("zookeeper.enforce.auth.enabled"))) return null;
  const wanted = saslOnly ? "sasl" : properties.get("zookeeper.enforce.auth.schemes");
  if (wanted === undefined || wanted === "") {
    const wish = "name at least one scheme, such as sasl";
    throw new AuthConfigError(
      "enforcedSchemes",
      `Cannot enforce authentication: zookeeper.enforce.auth.enabled is "true", so zookeeper.enforce.auth.schemes must ${wish}`,
    );
  }
  const schemes = wanted.split(",").map((scheme) => scheme.trim());
  for (const scheme of schemes) {
    if (available.has(scheme)) continue;
    throw new AuthConfigError(
      "enforcedSchemes",
      `Cannot enforce authentication by scheme "${scheme}": it must have a provider (zookeeper.authProvider.N)`,
    );
  }
  return new Set(schemes);
}

/** Java's Boolean.parseBoolean. */
function isTrue(value: string | undefined): boolean {
  return value !== undefined && value.toLowerCase() === "true";
}
