import { timingSafeEqual } from "node:crypto";
import { digestMd5Response, parseDirectives, quoteValue, SaslError } from "@branta/zookeeper-protocol";

/** Every ZooKeeper server has this name, and with it this realm, in DIGEST-MD5; clients have it built in. */
const HOST = "zk-sasl-md5";
const SERVICE = "zookeeper";
const RESPONSE_BYTES_MAX = 4096;
/** The directives that may stand once. `nc` is not among them: Java's server knows it as "nonce-count" and ignores it. */
const ONCE = [
  "username",
  "realm",
  "nonce",
  "cnonce",
  "nonce-count",
  "qop",
  "digest-uri",
  "response",
  "maxbuf",
  "charset",
  "cipher",
  "authzid",
  "auth-param",
];

/** One step of the server in a SASL exchange. */
export type SaslStep =
  /** Send the token and wait for the client's next one. */
  | { readonly kind: "challenge"; readonly token: Buffer }
  /** Send the token: the client is `user`. */
  | { readonly kind: "done"; readonly token: Buffer; readonly user: string }
  /** The exchange is over. The reason is for the server's log, not for the client. */
  | { readonly kind: "failed"; readonly reason: string };

/** What a server draws and knows beyond its users. */
export interface SaslServerOptions {
  /** Draws at least 16 random bytes, new for each exchange. */
  readonly nonce: () => Uint8Array;
  /** `zookeeper.SASLAuthenticationProvider.superPassword`: stands in for the password of user super. */
  readonly superPassword?: string | undefined;
  /** In the digest-uri; "zookeeper" unless told. */
  readonly service?: string;
  /** In the digest-uri, and the realm; the name that clients expect unless told. */
  readonly host?: string;
}

/**
 * The server's side of SASL DIGEST-MD5 (RFC 2831, qop auth only), one value a connection, as Java's server conducts it for
 * Apache: an empty or any other first token asks for the challenge, the second one is checked, and no third one is taken.
 */
export class SaslServer {
  readonly #credentials: ReadonlyMap<string, string>;
  readonly #options: SaslServerOptions;
  readonly #realm: string;
  readonly #digestUri: string;
  #nonce: Buffer | null = null;
  #over = false;

  /** @param credentials passwords by user, see jaasServerCredentials. */
  constructor(credentials: ReadonlyMap<string, string>, options: SaslServerOptions) {
    this.#credentials = credentials;
    this.#options = options;
    this.#realm = options.host ?? HOST;
    this.#digestUri = `${options.service ?? SERVICE}/${this.#realm}`;
  }

  /** Judges the client's next token. Never throws. */
  evaluate(token: Buffer): SaslStep {
    if (token.length > RESPONSE_BYTES_MAX)
      return failed(`the token has ${token.length} bytes, must have at most ${RESPONSE_BYTES_MAX}`);
    if (this.#over) return failed("the exchange is over, no token is awaited");
    if (this.#nonce === null) return this.#challenge();
    this.#over = true;
    try {
      return this.#verify(token, this.#nonce);
    } catch (error) {
      if (error instanceof SaslError) return failed(error.message);
      throw error;
    }
  }

  #challenge(): SaslStep {
    this.#nonce = Buffer.from(Buffer.from(this.#options.nonce()).toString("base64"));
    const nonce = quoteValue(this.#nonce).toString("latin1");
    return {
      kind: "challenge",
      token: Buffer.from(`realm="${this.#realm}",nonce="${nonce}",charset=utf-8,algorithm=md5-sess`),
    };
  }

  #verify(token: Buffer, nonce: Buffer): SaslStep {
    const sent = onlyOnce(token);
    const text = (key: string) => sent.get(key)?.toString("utf8");
    const user = text("username");
    const cnonce = sent.get("cnonce");
    const digestUri = text("digest-uri");
    if (user === undefined || cnonce === undefined) return failed("username or cnonce is missing");
    const charset = text("charset");
    if (charset !== undefined && charset !== "utf-8") return failed(`charset is "${charset}", must be "utf-8"`);
    const realm = this.#realm;
    if (text("realm") !== realm) return failed(`realm is "${text("realm") ?? ""}", must be "${realm}"`);
    if (sent.get("nonce")?.equals(nonce) !== true) return failed("the nonce is not the one in the challenge");
    if ((text("qop") ?? "auth") !== "auth") return failed(`qop is "${text("qop")}", must be "auth"`);
    if (digestUri === undefined || digestUri.toLowerCase() !== this.#digestUri) {
      return failed(`digest-uri is "${digestUri ?? ""}", must be "${this.#digestUri}"`);
    }
    const count = text("nonce-count");
    if (count !== undefined && Number.parseInt(count, 16) !== 1) return failed(`nonce-count is "${count}", must be 1`);
    if (!/^[+-]?\d+$/.test(text("maxbuf") ?? "0")) return failed(`maxbuf is "${text("maxbuf")}", must be a number`);
    const password = this.#passwordOf(user);
    if (password === undefined) return failed(`user "${user}" is not in the login configuration`);
    const authzid = sent.get("authzid") ?? null;
    const parameters = { user, realm, password, nonce, cnonce, nonceCount: 1, digestUri, authzid };
    const wanted = Buffer.from(digestMd5Response(parameters, "AUTHENTICATE"));
    const response = sent.get("response");
    if (response === undefined || response.length !== wanted.length || !timingSafeEqual(response, wanted)) {
      return failed(`the response of user "${user}" does not fit the password`);
    }
    return { kind: "done", token: Buffer.from(`rspauth=${digestMd5Response(parameters, "")}`), user };
  }

  #passwordOf(user: string): string | undefined {
    const password = this.#credentials.get(user);
    if (password === undefined) return undefined;
    return user === "super" ? (this.#options.superPassword ?? password) : password;
  }
}

/** @throws SaslError when a directive that may stand once stands twice. */
function onlyOnce(token: Buffer): ReadonlyMap<string, Buffer> {
  const sent = new Map<string, Buffer>();
  for (const { key, value } of parseDirectives(token)) {
    if (!ONCE.includes(key)) continue;
    if (sent.has(key))
      throw new SaslError("response", `Cannot take DIGEST-MD5 response: "${key}" stands twice, must stand once`);
    sent.set(key, value);
  }
  return sent;
}

function failed(reason: string): SaslStep {
  return { kind: "failed", reason };
}
