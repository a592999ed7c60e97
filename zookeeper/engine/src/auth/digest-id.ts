import { createHash, getHashes } from "node:crypto";
import { AuthConfigError } from "./auth-config-error.ts";

/** Names under which Java knows digests that OpenSSL spells otherwise. */
const JAVA_NAMES: Readonly<Record<string, string>> = {
  sha: "sha1",
  "sha-512/224": "sha512-224",
  "sha-512/256": "sha512-256",
};

let known: ReadonlySet<string> | undefined;

/**
 * The name OpenSSL has for a Java MessageDigest: `SHA-256` → `sha256`.
 * @throws AuthConfigError when there is no such digest here.
 */
export function digestAlgorithm(javaName: string): string {
  const lower = javaName.toLowerCase();
  known ??= new Set(getHashes().map((name) => name.toLowerCase()));
  const candidates = [JAVA_NAMES[lower], lower, lower.replace(/^sha-/, "sha")];
  const found = candidates.find((name) => name !== undefined && known?.has(name));
  if (found !== undefined) return found;
  throw new AuthConfigError(
    "digestAlgorithm",
    `Cannot use zookeeper.DigestAuthenticationProvider.digestAlg "${javaName}": it must name a message digest, such as SHA1 or SHA-256`,
  );
}

/** The id that scheme digest gives to `user:password`: `user:base64(digest("user:password"))`. */
export function digestId(userPassword: string | Buffer, algorithm = "sha1"): string {
  const text = typeof userPassword === "string" ? userPassword : userPassword.toString("utf8");
  const colon = text.indexOf(":");
  const user = colon < 0 ? text : text.slice(0, colon);
  return `${user}:${createHash(algorithm).update(text, "utf8").digest("base64")}`;
}

/** Whether an ACL may hold this digest id: two parts around a colon, as Java's split counts them (empty ones at the end do not). */
export function isDigestId(id: string): boolean {
  const parts = id.split(":");
  while (parts.length > 1 && parts.at(-1) === "") parts.pop();
  return parts.length === 2;
}

/** An ACL's digest id without its secret half: `user:x`. */
export function maskDigestId(id: string): string {
  return id.replaceAll(/:[^\n\r\u0085\u2028\u2029]*/g, ":x");
}
