/** Why bytes could not be read or written; "null" where a value must be and none was sent. */
export type BytesErrorCode = "truncated" | "tooLong" | "malformed" | "null";

/** Thrown by {@link Reader} and by codecs when the input is not what the grammar wants. */
export class BytesError extends Error {
  override readonly name = "BytesError";
  readonly code: BytesErrorCode;
  /** Where in the input the problem was found, bytes from its beginning. */
  readonly offset: number;

  constructor(code: BytesErrorCode, message: string, offset: number) {
    super(message);
    this.code = code;
    this.offset = offset;
  }
}
