/** What a value was that the protocol has no room for. */
export type ProtocolErrorCode = "invalidPath" | "invalidTtl" | "invalidOwner";

/** Thrown when a caller's value cannot stand in the protocol. Bytes that cannot be read are a BytesError instead. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  readonly code: ProtocolErrorCode;

  constructor(code: ProtocolErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
