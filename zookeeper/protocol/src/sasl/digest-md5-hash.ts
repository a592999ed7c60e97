import { createHash } from "node:crypto";

/** What both sides of DIGEST-MD5 know when they compute `response` and `rspauth`. */
export interface DigestMd5Parameters {
  readonly user: string;
  readonly realm: string;
  readonly password: string;
  readonly nonce: Buffer;
  readonly cnonce: Buffer;
  /** Always 1: ZooKeeper never reuses a nonce. */
  readonly nonceCount: number;
  /** `service/host` */
  readonly digestUri: string;
  /** The identity to act as, when the client sent one. */
  readonly authzid: Buffer | null;
}

/**
 * The 32 hexadecimal digits of RFC 2831 §2.1.2.1 for qop "auth".
 *
 * @param method "AUTHENTICATE" for the client's `response`, empty for the server's `rspauth`.
 */
export function digestMd5Response(parameters: DigestMd5Parameters, method: "AUTHENTICATE" | ""): string {
  const { nonce, cnonce, authzid } = parameters;
  const secret = md5(joined(narrow(parameters.user), narrow(parameters.realm), narrow(parameters.password)));
  const a1 = authzid === null ? joined(secret, nonce, cnonce) : joined(secret, nonce, cnonce, authzid);
  const a2 = Buffer.from(`${method}:${parameters.digestUri}`);
  const count = Buffer.from(parameters.nonceCount.toString(16).padStart(8, "0"));
  return hex(joined(Buffer.from(hex(a1)), nonce, count, cnonce, Buffer.from("auth"), Buffer.from(hex(a2))));
}

/** Names and passwords are hashed in ISO 8859-1 whenever they fit in it, whatever the charset of the exchange. */
function narrow(text: string): Buffer {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0xff) return Buffer.from(text, "utf8");
  return Buffer.from(text, "latin1");
}

function joined(first: Buffer, ...rest: readonly Buffer[]): Buffer {
  return Buffer.concat([first, ...rest.flatMap((part) => [Buffer.from(":"), part])]);
}

function md5(bytes: Buffer): Buffer {
  return createHash("md5").update(bytes).digest();
}

function hex(bytes: Buffer): string {
  return md5(bytes).toString("hex");
}
