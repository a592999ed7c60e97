import type { SettingTable } from "./setting.ts";

/** Bounds on what clients can ask for, throttles and caches. */
// oxfmt-ignore
export const limitSettings = {
  juteMaxBufferBytes: { key: "jute.maxbuffer", property: "jute.maxbuffer", type: "int", min: 1, default: 1_048_575, doc: "Longest request, bytes. Apache reads it as a system property only; here zoo.cfg counts too." },
  juteMaxBufferExtraSizeBytes: { key: "jute.maxbuffer.extrasize", property: "zookeeper.jute.maxbuffer.extrasize", type: "int", min: 0, default: null, doc: "Bytes that the server's own records may be longer. Default: as much as `jute.maxbuffer`, at least 1024." },
  globalOutstandingLimit: { key: "globalOutstandingLimit", type: "int", min: 1, default: 1000, doc: "Requests in work at which connections are no longer read." },
  requestThrottleMaxRequests: { key: "request_throttle_max_requests", type: "int", min: 0, default: 0, doc: "Requests in work at which new ones wait in the throttle. 0: no throttle." },
  requestThrottleStallTimeMs: { key: "request_throttle_stall_time", type: "int", min: 0, default: 100, doc: "How long the throttle waits before it looks again, milliseconds." },
  requestThrottleDropStale: { key: "request_throttle_drop_stale", type: "boolean", default: true, doc: "Drop requests that became stale in the throttle." },
  requestStaleLatencyCheck: { key: "request_stale_latency_check", type: "boolean", default: false, doc: "A request older than its session's timeout is stale." },
  requestStaleConnectionCheck: { key: "request_stale_connection_check", type: "boolean", default: true, doc: "A request whose connection has closed is stale." },
  requestThrottlerShutdownTimeoutMs: { key: "request_throttler.shutdownTimeout", type: "int", min: 0, default: 10_000, doc: "How long a stopping server waits for the throttle to empty, milliseconds." },
  throttledOpWaitTimeMs: { key: "throttled_op_wait_time", type: "int", default: 0, doc: "Requests that waited longer in the throttle are answered with ThrottledOp, milliseconds. 0 or less: never." },
  largeRequestMaxBytes: { key: "largeRequestMaxBytes", type: "int", min: 0, default: 104_857_600, doc: "Bytes that all large requests in work may take together; a request beyond closes its connection." },
  largeRequestThresholdBytes: { key: "largeRequestThreshold", type: "int", min: -1, default: -1, doc: "Length from which a request is large, bytes. -1: none is." },
  connectionThrottleTokens: { key: "connection_throttle_tokens", type: "int", min: 0, default: 0, doc: "Size of the token bucket for new sessions. 0: no throttle." },
  connectionThrottleFillTimeMs: { key: "connection_throttle_fill_time", type: "int", min: 1, default: 1, doc: "Milliseconds between fillings of the bucket." },
  connectionThrottleFillCount: { key: "connection_throttle_fill_count", type: "int", min: 0, default: 1, doc: "Tokens added at each filling." },
  connectionThrottleFreezeTimeMs: { key: "connection_throttle_freeze_time", type: "int", default: -1, doc: "Milliseconds between changes of the drop probability. -1: connections are not dropped by chance." },
  connectionThrottleDropIncrease: { key: "connection_throttle_drop_increase", type: "decimal", min: 0, max: 1, default: 0.02, doc: "Step by which the drop probability rises." },
  connectionThrottleDropDecrease: { key: "connection_throttle_drop_decrease", type: "decimal", min: 0, max: 1, default: 0.002, doc: "Step by which the drop probability falls." },
  connectionThrottleDecreaseRatio: { key: "connection_throttle_decrease_ratio", type: "decimal", min: 0, max: 1, default: 0, doc: "Share of free tokens above which the drop probability falls." },
  connectionThrottleWeightEnabled: { key: "connection_throttle_weight_enabled", type: "boolean", default: false, doc: "Count new sessions by weight." },
  connectionThrottleGlobalSessionWeight: { key: "connection_throttle_global_session_weight", type: "int", min: 1, default: 3, doc: "Tokens of a new global session." },
  connectionThrottleRenewSessionWeight: { key: "connection_throttle_renew_session_weight", type: "int", min: 1, default: 2, doc: "Tokens of a renewed session." },
  connectionThrottleLocalSessionWeight: { key: "connection_throttle_local_session_weight", type: "int", min: 1, default: 1, doc: "Tokens of a new local session." },
  maxResponseCacheSize: { key: "maxResponseCacheSize", type: "int", default: 400, doc: "Encoded getData replies kept. 0 or less: none." },
  maxGetChildrenResponseCacheSize: { key: "maxGetChildrenResponseCacheSize", type: "int", default: 400, doc: "Encoded getChildren replies kept. 0 or less: none." },
} as const satisfies SettingTable;
