import { formatDouble } from "./java-format.ts";
import { Decimal } from "./monitor-values.ts";

/** What a command may answer. Maps keep their order, also for keys that are numbers. */
export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Decimal
  | readonly JsonValue[]
  | ReadonlyMap<string, JsonValue>;

/** A map from an object literal whose keys are names. */
export function jsonObject(fields: Readonly<Record<string, JsonValue>>): ReadonlyMap<string, JsonValue> {
  return new Map(Object.entries(fields));
}

/** JSON in the layout of Apache's admin server: objects over several lines, arrays in one, blanks around colons. */
export function formatJson(value: JsonValue, depth = 0): string {
  if (value instanceof Decimal) return formatDecimal(value.value);
  if (value instanceof Map) return formatMap(value, depth);
  if (Array.isArray(value)) {
    if (value.length === 0) return "[ ]";
    return `[ ${value.map((item: JsonValue) => formatJson(item, depth)).join(", ")} ]`;
  }
  return typeof value === "bigint" ? String(value) : JSON.stringify(value);
}

function formatMap(map: ReadonlyMap<string, JsonValue>, depth: number): string {
  if (map.size === 0) return "{ }";
  const indent = "  ".repeat(depth + 1);
  const entries = [...map].map(([key, item]) => `${indent}${JSON.stringify(key)} : ${formatJson(item, depth + 1)}`);
  return `{\n${entries.join(",\n")}\n${"  ".repeat(depth)}}`;
}

function formatDecimal(value: number): string {
  const text = formatDouble(value);
  return Number.isFinite(value) ? text : JSON.stringify(text);
}
