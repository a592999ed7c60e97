/** Why stored data could not be used. */
export type StorageErrorCode =
  | "corruptLog"
  | "corruptSnapshot"
  | "noValidSnapshot"
  | "noSnapshot"
  | "badDirectory"
  | "badFile"
  | "outOfOrder"
  | "tooFewToRetain";

/** Where the trouble is, and what lies beneath. */
export interface StorageErrorOptions {
  readonly cause?: unknown;
  readonly file?: string;
  /** Bytes from the beginning of the file, before any compression is undone. */
  readonly offset?: number;
}

/** Thrown when files on disk are missing, damaged, or not where the configuration says. */
export class StorageError extends Error {
  override readonly name = "StorageError";
  readonly code: StorageErrorCode;
  readonly file: string | null;
  readonly offset: number | null;

  constructor(code: StorageErrorCode, message: string, options: StorageErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.file = options.file ?? null;
    this.offset = options.offset ?? null;
  }
}
