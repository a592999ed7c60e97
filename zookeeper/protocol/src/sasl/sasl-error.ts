/** Why a SASL exchange or its configuration cannot go on. */
export type SaslErrorCode = "challenge" | "response" | "jaas";

/** Thrown by the pure parts of SASL: codecs, the client and the reader of JAAS files. */
export class SaslError extends Error {
  override readonly name = "SaslError";
  readonly code: SaslErrorCode;

  constructor(code: SaslErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
