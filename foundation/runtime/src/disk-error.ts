/** Why a file operation failed, as far as a caller can act on it. */
export type DiskErrorCode = "notFound" | "exists" | "notPermitted" | "noSpace" | "ioError" | "closed" | "crashed";

const BY_ERRNO: Readonly<Record<string, DiskErrorCode>> = {
  ENOENT: "notFound",
  EEXIST: "exists",
  EACCES: "notPermitted",
  EPERM: "notPermitted",
  EROFS: "notPermitted",
  ENOSPC: "noSpace",
  EDQUOT: "noSpace",
  EBADF: "closed",
};

/** Thrown by every operation of a {@link Disk}. */
export class DiskError extends Error {
  override readonly name = "DiskError";
  readonly code: DiskErrorCode;
  /** The file or directory it happened to. */
  readonly path: string;

  constructor(code: DiskErrorCode, message: string, path: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.path = path;
  }

  /** Wraps what node:fs threw; `attempt` says what was tried, such as "write 4096 bytes to". */
  static from(cause: unknown, attempt: string, path: string): DiskError {
    const errno = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    const code = BY_ERRNO[errno] ?? "ioError";
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new DiskError(code, `Cannot ${attempt} "${path}": ${reason}`, path, { cause });
  }
}
