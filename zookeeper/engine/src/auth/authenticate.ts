import type { Id } from "@branta/zookeeper-protocol";
import type { AuthScheme, AuthSettings } from "./auth-settings.ts";
import { digestId } from "./digest-id.ts";
import { parseInteger } from "./ip-address.ts";

/** What a scheme may ask about the connection that authenticates. */
export interface AuthConnection {
  /** The peer's address in Java's spelling, see hostAddress. */
  readonly remoteAddress: string;
  /** Subject of the certificate that the peer showed and TLS verified. */
  readonly subjectDn?: string | null;
  /** A node's data, undefined when there is no such node. Only the sample scheme `key` asks. */
  readonly readData?: (path: string) => Buffer | null | undefined;
}

/** How an auth request ends. */
export type AuthOutcome =
  /** Add the ids; the reply has no error. */
  | { readonly kind: "ok"; readonly ids: readonly Id[] }
  /** The reply is AuthFailed, then the connection is closed. */
  | { readonly kind: "failed" }
  /** Another ensemble is meant: close without a reply, so that the client tries another server instead of giving up. */
  | { readonly kind: "close" };

const FAILED: AuthOutcome = Object.freeze({ kind: "failed" });

/** Judges an auth request by its scheme's rules, as Apache's providers do. */
export function authenticate(
  settings: AuthSettings,
  scheme: string | null,
  token: Buffer | null,
  connection: AuthConnection,
): AuthOutcome {
  if (!settings.schemes.has(scheme as AuthScheme)) return FAILED;
  switch (scheme as AuthScheme) {
    case "digest":
      return token === null ? FAILED : { kind: "ok", ids: digestIds(settings, token) };
    case "ip":
      return { kind: "ok", ids: [{ scheme: "ip", id: connection.remoteAddress }] };
    case "x509":
      return x509Outcome(settings, connection);
    case "ensemble":
      return ensembleOutcome(settings, token);
    case "key":
      return keyOutcome(token, connection);
    case "sasl":
      // SASL has an opcode of its own; as a scheme it only names ids.
      break;
  }
  return FAILED;
}

/** The ids of a verified certificate's subject; null when scheme x509 has no provider. */
export function x509Ids(settings: AuthSettings, subjectDn: string): Id[] | null {
  if (!settings.schemes.has("x509")) return null;
  const id = { scheme: "x509", id: subjectDn };
  return subjectDn === settings.x509SuperUser ? [{ scheme: "super", id: subjectDn }, id] : [id];
}

function digestIds(settings: AuthSettings, token: Buffer): Id[] {
  const id = digestId(token, settings.digestAlgorithm);
  const ids = [{ scheme: "digest", id }];
  return id === settings.superDigest ? [{ scheme: "super", id: "" }, ...ids] : ids;
}

function x509Outcome(settings: AuthSettings, connection: AuthConnection): AuthOutcome {
  const subjectDn = connection.subjectDn ?? null;
  const ids = subjectDn === null ? null : x509Ids(settings, subjectDn);
  return ids === null ? FAILED : { kind: "ok", ids };
}

function ensembleOutcome(settings: AuthSettings, token: Buffer | null): AuthOutcome {
  const names = settings.ensembleNames;
  const agrees = token === null || token.length === 0 || names === null || names.has(token.toString("utf8"));
  return agrees ? { kind: "ok", ids: [] } : { kind: "close" };
}

/** Apache's sample of a provider that reads the tree: the token must be a multiple of the number in `/key`. */
function keyOutcome(token: Buffer | null, connection: AuthConnection): AuthOutcome {
  // Whoever cannot look for the key must not take its absence for permission.
  if (token === null || connection.readData === undefined) return FAILED;
  const key = connection.readData("/key");
  if (key !== undefined) {
    const divisor = key === null ? null : parseInteger(key.toString("utf8"));
    const value = parseInteger(token.toString("utf8"));
    if (divisor === null || value === null || (divisor !== 0 && value % divisor !== 0)) return FAILED;
  }
  return { kind: "ok", ids: [{ scheme: "key", id: "" }] };
}
