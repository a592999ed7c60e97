import { parseDirectives, quoteValue } from "./digest-md5-directives.ts";
import { digestMd5Response, type DigestMd5Parameters } from "./digest-md5-hash.ts";
import { SaslError } from "./sasl-error.ts";

/** Java refuses longer challenges, and so do we. */
const CHALLENGE_BYTES_MAX = 2048;

/** Who logs in, and to what. */
export interface DigestMd5ClientOptions {
  readonly user: string;
  readonly password: string;
  /** Draws what makes this exchange unlike any other: at least 16 random bytes. */
  readonly nonce: () => Uint8Array;
  /** Service in the digest-uri; "zookeeper" unless told. */
  readonly service?: string;
  /** Host in the digest-uri; "zk-sasl-md5", the name every ZooKeeper server has in DIGEST-MD5, unless told. */
  readonly host?: string;
}

/**
 * The client's side of SASL DIGEST-MD5 (RFC 2831), as one pure value a connection.
 * Send an empty token first; answer each of the server's tokens with {@link evaluate} until it is done.
 */
export class DigestMd5Client {
  readonly #options: DigestMd5ClientOptions;
  #sent: DigestMd5Parameters | null = null;
  #done = false;

  constructor(options: DigestMd5ClientOptions) {
    this.#options = options;
  }

  /**
   * The next token to send, null when there is none; `done` once the server has proved that it knows the password too.
   * @throws SaslError "challenge" when the server's token is not one this client can answer.
   */
  evaluate(challenge: Buffer): { readonly token: Buffer | null; readonly done: boolean } {
    if (this.#done) throw refused("the exchange is over");
    if (challenge.length > CHALLENGE_BYTES_MAX) {
      throw refused(`it has ${challenge.length} bytes, must have at most ${CHALLENGE_BYTES_MAX}`);
    }
    if (this.#sent !== null) return this.#finish(challenge, this.#sent);
    this.#sent = this.#parameters(challenge);
    return { token: responseToken(this.#sent), done: false };
  }

  #parameters(challenge: Buffer): DigestMd5Parameters {
    const directives = new Map<string, Buffer>();
    // A server may offer several realms; the first one is taken, as every ZooKeeper client does.
    for (const { key, value } of parseDirectives(challenge)) if (!directives.has(key)) directives.set(key, value);
    const algorithm = directives.get("algorithm")?.toString();
    if (algorithm !== "md5-sess") throw refused(`algorithm is "${algorithm ?? ""}", must be "md5-sess"`);
    const nonce = directives.get("nonce");
    if (nonce === undefined) throw refused("it has no nonce");
    const qop = directives.get("qop")?.toString() ?? "auth";
    if (!qop.split(",").some((choice) => choice.trim() === "auth")) throw refused(`qop is "${qop}", must offer "auth"`);
    const { user, password, service = "zookeeper", host = "zk-sasl-md5" } = this.#options;
    const cnonce = Buffer.from(Buffer.from(this.#options.nonce()).toString("base64"));
    const realm = directives.get("realm")?.toString() ?? host;
    return { user, realm, password, nonce, cnonce, nonceCount: 1, digestUri: `${service}/${host}`, authzid: null };
  }

  #finish(challenge: Buffer, sent: DigestMd5Parameters): { token: null; done: true } {
    this.#done = true;
    const rspauth = parseDirectives(challenge).find(({ key }) => key === "rspauth");
    if (rspauth?.value.toString() !== digestMd5Response(sent, "")) {
      throw refused("the server's rspauth is not what the password gives: it does not know the password");
    }
    return { token: null, done: true };
  }
}

function responseToken(parameters: DigestMd5Parameters): Buffer {
  const quoted = (text: string | Buffer) => [Buffer.from('"'), quoteValue(Buffer.from(text)), Buffer.from('"')];
  return Buffer.concat([
    Buffer.from("charset=utf-8,username="),
    ...quoted(parameters.user),
    Buffer.from(",realm="),
    ...quoted(parameters.realm),
    Buffer.from(",nonce="),
    ...quoted(parameters.nonce),
    Buffer.from(",nc=00000001,cnonce="),
    ...quoted(parameters.cnonce),
    Buffer.from(
      `,digest-uri="${parameters.digestUri}",maxbuf=65536,response=${digestMd5Response(parameters, "AUTHENTICATE")}`,
    ),
    Buffer.from(",qop=auth"),
  ]);
}

function refused(why: string): SaslError {
  return new SaslError("challenge", `Cannot answer the server's DIGEST-MD5 challenge: ${why}`);
}
