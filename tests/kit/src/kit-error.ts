/** Why the test kit could not do what a test asked of it. */
export type KitErrorCode = "notServing" | "exited" | "closed" | "expired" | "timedOut" | "refused";

/** The test kit's only error. */
export class KitError extends Error {
  override readonly name = "KitError";
  readonly code: KitErrorCode;

  constructor(code: KitErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
