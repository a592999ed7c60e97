/** Which setting could not be taken. */
export type AuthConfigErrorCode = "digestAlgorithm" | "enforcedSchemes" | "jaas";

/** Thrown for settings of access control that cannot work; the message names the setting and the wanted value. */
export class AuthConfigError extends Error {
  override readonly name = "AuthConfigError";
  readonly code: AuthConfigErrorCode;

  constructor(code: AuthConfigErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
