import type { ServerConfig } from "../config/server-config.ts";

/** What becomes of a request that had to wait. */
export type ThrottleVerdict =
  | "serve"
  /** Answer that it waited too long (ThrottledOp). */
  | "refuse"
  /** Its client gave up on it long ago: end the connection. */
  | "drop";

/**
 * Judges requests that waited because the server was full (`request_throttle_*`, `throttled_op_wait_time`). Apache queues
 * them and looks again every `request_throttle_stall_time`; here they wait unread, and are woken when there is room.
 */
export class RequestThrottle {
  readonly #config: ServerConfig;

  constructor(config: ServerConfig) {
    this.#config = config;
  }

  /** Requests in work at which others have to wait. */
  static limit(config: ServerConfig): number {
    const { requestThrottleMaxRequests, globalOutstandingLimit } = config;
    return requestThrottleMaxRequests > 0
      ? Math.min(requestThrottleMaxRequests, globalOutstandingLimit)
      : globalOutstandingLimit;
  }

  judge(waitedMs: number, sessionTimeoutMs: number): ThrottleVerdict {
    const { throttledOpWaitTimeMs, requestThrottleDropStale, requestStaleLatencyCheck } = this.#config;
    if (requestThrottleDropStale && requestStaleLatencyCheck && waitedMs > sessionTimeoutMs) return "drop";
    return throttledOpWaitTimeMs > 0 && waitedMs > throttledOpWaitTimeMs ? "refuse" : "serve";
  }
}
