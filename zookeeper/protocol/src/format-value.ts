const ITEMS_MAX = 16;
const BYTES_MAX = 64;
const PRINTABLE = /^[\x20-\x7e]*$/;
/** Fields that let one in: what is shown may end in a log. */
const SECRETS: ReadonlySet<string> = new Set(["auth", "passwd", "token"]);

/**
 * A decoded value on one line, for people: `{path="/a" data="1" acl=[{perms=31 id={scheme="world" id="anyone"}}]}`.
 * Long lists and byte strings are cut, passwords are only counted. Bytes that are no plain text are shown in
 * hexadecimal, as are session ids.
 */
export function formatValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `0x${BigInt.asUintN(64, value).toString(16)}`;
  if (Buffer.isBuffer(value)) return formatBytes(value);
  if (Array.isArray(value)) return formatList(value);
  if (typeof value !== "object" || value === null) return String(value);
  const fields = Object.entries(value).map(([name, field]) => `${name}=${formatField(name, field)}`);
  return `{${fields.join(" ")}}`;
}

function formatField(name: string, field: unknown): string {
  return Buffer.isBuffer(field) && SECRETS.has(name) ? `<${field.length} bytes>` : formatValue(field);
}

function formatList(items: readonly unknown[]): string {
  const shown = items.slice(0, ITEMS_MAX).map(formatValue);
  if (items.length > ITEMS_MAX) shown.push(`… ${items.length - ITEMS_MAX} more`);
  return `[${shown.join(" ")}]`;
}

function formatBytes(bytes: Buffer): string {
  const head = bytes.subarray(0, BYTES_MAX);
  const text = head.toString("latin1");
  const shown = PRINTABLE.test(text) ? JSON.stringify(text) : `0x${head.toString("hex")}`;
  return bytes.length > BYTES_MAX ? `${shown}… ${bytes.length} bytes` : shown;
}
