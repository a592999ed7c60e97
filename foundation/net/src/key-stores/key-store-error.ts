/**
 * Why a key store could not be read.
 * `malformed`: not the format it says it is. `password`: wrong, or the file was tampered with. `unsupported`: a format or
 * cipher this reader does not have. `limit`: it asks for more work or size than any honest file.
 */
export type KeyStoreErrorCode = "malformed" | "password" | "unsupported" | "limit";

/** Thrown by every reader of key stores, for any input whatever. */
export class KeyStoreError extends Error {
  override readonly name = "KeyStoreError";
  readonly code: KeyStoreErrorCode;

  constructor(code: KeyStoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
