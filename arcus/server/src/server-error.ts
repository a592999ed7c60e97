/** The only error this package throws; the message says what was attempted and what is wanted instead. */
export class ArcusServerError extends Error {
  override readonly name = "ArcusServerError";
  readonly code:
    | "badOption"
    | "badOptionValue"
    | "unsupported"
    | "rootWithoutUser"
    | "unknownUser"
    | "cannotListen"
    | "cannotJoin"
    | "cannotNameNode";

  constructor(code: ArcusServerError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
