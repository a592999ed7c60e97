/** Why bytes could not be read or written. */
export type BytesErrorCode = "truncated" | "tooLong" | "malformed";

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
