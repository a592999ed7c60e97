/** An object of a JSON text. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The order in which Python 2 wrote the members that a cloud's znode has; others follow as they come. */
const ORDER = [
  "created",
  "modified",
  "ip",
  "hostname",
  "config",
  "serviceCode",
  "servers",
  "memlimit",
  "connections",
  "threads",
  "port",
];

/**
 * JSON as upstream's Python tool wrote it, byte by byte: a blank behind commas and colons, what is not ASCII escaped, the
 * members of a cloud's configuration in that tool's order.
 */
export function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).toSorted(([a], [b]) => rank(a) - rank(b));
    return `{${members.map(([name, content]) => `${ascii(name)}: ${pythonJson(content)}`).join(", ")}}`;
  }
  return typeof value === "string" ? ascii(value) : JSON.stringify(value);
}

function rank(name: string): number {
  const at = ORDER.indexOf(name);
  return at < 0 ? ORDER.length : at;
}

function ascii(text: string): string {
  return JSON.stringify(text).replaceAll(/[\u007f-\uffff]/g, (unit) => {
    return unit === "\u007f" ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
