/** Thrown when the text of a quota node is not `key=number` pairs. */
export class QuotaFormatError extends Error {
  override readonly name = "QuotaFormatError";
  readonly code = "malformed";
}
