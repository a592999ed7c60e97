/** What a caller may say about one call. */
export interface CallOptions {
  /** Gives up waiting when aborted (code aborted). What was already sent may still happen. */
  readonly signal?: AbortSignal | undefined;
  /** Gives up waiting after this time, ms (code timedOut). What was already sent may still happen. The client's default. */
  readonly timeoutMs?: number | undefined;
}
