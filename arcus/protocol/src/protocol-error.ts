/** What a value was that the protocol has no room for, or what was received that is not the protocol. */
export type ArcusProtocolErrorCode =
  | "invalidNodeName"
  | "invalidServiceCode"
  | "invalidMapping"
  | "malformedReply"
  | "invalidKey"
  | "invalidField";

/** The only error this package throws. */
export class ArcusProtocolError extends Error {
  override readonly name = "ArcusProtocolError";
  readonly code: ArcusProtocolErrorCode;

  constructor(code: ArcusProtocolErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
