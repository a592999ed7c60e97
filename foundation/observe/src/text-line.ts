const KNOWN = new Set(["level", "time", "component", "msg", "error"]);

/**
 * Turns one of pino's JSON lines into the form of Apache ZooKeeper's log:
 *
 * `2026-11-21 11:45:21,649 [myid:1] - INFO  [main:SnapshotWriter] - message key=value`
 *
 * An error's stack follows on lines of its own. Times are UTC. A component that is named twice (by children) shows the last.
 */
export function formatTextLine(json: string, myid: string): string {
  const line = JSON.parse(json) as Record<string, unknown>;
  const time = new Date(Number(line["time"])).toISOString().replace("T", " ").replace(".", ",").slice(0, -1);
  const level = textOf(line["level"]).toUpperCase().padEnd(5);
  const fields = Object.entries(line)
    .filter(([key]) => !KNOWN.has(key))
    .map(([key, value]) => ` ${key}=${textOf(value)}`);
  const head = `${time} [myid:${myid}] - ${level} [main:${textOf(line["component"])}] - ${textOf(line["msg"] ?? "")}`;
  return `${head}${fields.join("")}\n${stackOf(line["error"])}`;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function stackOf(error: unknown): string {
  if (error === undefined || error === null) return "";
  const { stack, message } = error as { stack?: unknown; message?: unknown };
  return `${textOf(stack ?? message ?? error)}\n`;
}
