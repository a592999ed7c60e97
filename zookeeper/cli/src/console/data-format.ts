/** How `get` shows a node's data. */
export type DataFormat = "plain" | "base64" | "hexdump";

const ROW_BYTES = 16;
const RULE = "+--------+-------------------------------------------------+----------------+";
const HEAD = [
  "         +-------------------------------------------------+",
  "         |  0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f |",
];

/** A node's data as text; `null` reads "null", and in the other formats the four letters of it, as Apache's client. */
export function formatData(data: Buffer | null, format: DataFormat): string {
  const bytes = data ?? Buffer.from("null");
  if (format === "base64") return bytes.toString("base64");
  return format === "hexdump" ? hexDump(bytes) : bytes.toString("utf8");
}

/** Rows of 16 bytes: offset, hex, and the printable characters; empty for no bytes. */
function hexDump(bytes: Buffer): string {
  if (bytes.length === 0) return "";
  const rows: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += ROW_BYTES) {
    const row = bytes.subarray(offset, offset + ROW_BYTES);
    const hex = Array.from(row, (byte) => ` ${byte.toString(16).padStart(2, "0")}`).join("");
    const text = Array.from(row, (byte) => (byte > 0x1f && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
    rows.push(`|${offset.toString(16).padStart(8, "0")}|${hex.padEnd(ROW_BYTES * 3)} |${text.padEnd(ROW_BYTES)}|`);
  }
  return [...HEAD, RULE, ...rows, RULE].join("\n");
}
