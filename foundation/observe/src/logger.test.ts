import { expect, test } from "vitest";
import { createLogger, type LoggerOptions } from "./logger.ts";

function recorder(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const log = createLogger({
    level: "info",
    format: "text",
    component: "Server",
    write: (line) => void lines.push(line),
    ...options,
  });
  return { log, lines };
}

test("text lines look like Apache's", () => {
  const { log, lines } = recorder({ myid: "3" });
  log.info("started", { port: 2181, addresses: ["a"] });
  log.child("Snapshot").warn("slow");
  log.debug("not shown");
  expect(lines.map((line) => line.replace(/^[\d-]{10} [\d:,]{12}/, "TIME"))).toEqual([
    'TIME [myid:3] - INFO  [main:Server] - started port=2181 addresses=["a"]\n',
    "TIME [myid:3] - WARN  [main:Snapshot] - slow\n",
  ]);
  expect(log.isEnabled("debug")).toBe(false);
});

test("an error is shown with its stack", () => {
  const { log, lines } = recorder();
  log.error("cannot sync", { error: new RangeError("no space") });
  expect(lines[0]).toMatch(/- ERROR \[main:Server\] - cannot sync\nRangeError: no space\n {4}at /);
});

test("JSON lines have level, time, component and message", () => {
  const { log, lines } = recorder({ format: "json" });
  log.child("Audit").error("failed", { znode: "/a" });
  const line = JSON.parse(lines[0]!) as Record<string, unknown>;
  expect(line).toEqual({
    level: "error",
    time: expect.any(Number) as number,
    component: "Audit",
    znode: "/a",
    msg: "failed",
  });
});
