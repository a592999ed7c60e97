/** Why the log on disk refused. */
export type LogErrorCode = "closed" | "overloaded" | "segmentExists";

/** Thrown by, or handed to `onFatal` of, {@link GroupCommitLog}; disk errors pass through as they are. */
export class LogError extends Error {
  override readonly name = "LogError";
  readonly code: LogErrorCode;

  constructor(code: LogErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
