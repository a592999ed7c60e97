import { expect, test } from "vitest";

import { parseServerConfig } from "../config/parse-server-config.ts";
import type { ServerConfig } from "../config/server-config.ts";
import { RequestThrottle } from "./request-throttle.ts";

function config(...lines: string[]): ServerConfig {
  return parseServerConfig({ text: ["dataDir=/data", "clientPort=2181", ...lines].join("\n") });
}

test("the lower of both limits holds, where there is a throttle", () => {
  expect(RequestThrottle.limit(config("globalOutstandingLimit=500"))).toBe(500);
  expect(RequestThrottle.limit(config("globalOutstandingLimit=500", "request_throttle_max_requests=20"))).toBe(20);
  expect(RequestThrottle.limit(config("globalOutstandingLimit=10", "request_throttle_max_requests=20"))).toBe(10);
});

test("requests are served however long they waited, unless a limit is set", () => {
  expect(new RequestThrottle(config()).judge(1e9, 4_000)).toBe("serve");
});

test("a request that waited too long is refused, one that outlived its session's timeout dropped", () => {
  const throttle = new RequestThrottle(config("throttled_op_wait_time=100", "request_stale_latency_check=true"));
  expect(throttle.judge(100, 4_000)).toBe("serve");
  expect(throttle.judge(101, 4_000)).toBe("refuse");
  expect(throttle.judge(4_001, 4_000)).toBe("drop");
  const keeping = config("request_stale_latency_check=true", "request_throttle_drop_stale=false");
  expect(new RequestThrottle(keeping).judge(4_001, 4_000)).toBe("serve");
});
