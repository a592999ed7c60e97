import { ConfigError } from "./config-error.ts";
import type { ConfigEntry } from "./properties.ts";

/** Bounds of a number, both included. */
export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

const INT_MIN = -0x8000_0000;
const INT_MAX = 0x7fff_ffff;

/** The error for an entry whose value is not what its key wants. `expected` finishes "expected …". */
export function wrongValue(entry: ConfigEntry, expected: string): ConfigError {
  return new ConfigError("wrongValue", `${entry.key} is "${entry.value}", expected ${expected}`, {
    key: entry.key,
    origin: entry.origin,
  });
}

function wholeNumber(entry: ConfigEntry, min: number, max: number): number {
  const value = /^[+-]?\d+$/.test(entry.value) ? Number(entry.value) : Number.NaN;
  if (value >= min && value <= max) return value + 0;
  throw wrongValue(entry, describeRange(min, max));
}

function describeRange(min: number, max: number): string {
  if (min <= INT_MIN && max >= INT_MAX) return "a whole number";
  if (max >= INT_MAX) return `a whole number of at least ${min}`;
  return `a whole number from ${min} to ${max}`;
}

/** A 32-bit whole number. */
export function parseInteger(entry: ConfigEntry, bounds: Bounds = {}): number {
  return wholeNumber(entry, bounds.min ?? INT_MIN, bounds.max ?? INT_MAX);
}

/** A whole number up to 2^53. */
export function parseLong(entry: ConfigEntry, bounds: Bounds = {}): number {
  return wholeNumber(entry, bounds.min ?? Number.MIN_SAFE_INTEGER, bounds.max ?? Number.MAX_SAFE_INTEGER);
}

/** A number that may have a fraction. */
export function parseDecimal(entry: ConfigEntry, bounds: Bounds = {}): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(entry.value) ? Number(entry.value) : Number.NaN;
  const min = bounds.min ?? -Infinity;
  const max = bounds.max ?? Infinity;
  if (value >= min && value <= max) return value;
  throw wrongValue(entry, Number.isFinite(min) && Number.isFinite(max) ? `a number from ${min} to ${max}` : "a number");
}

/** `true` or `false`, in any case. */
export function parseBoolean(entry: ConfigEntry): boolean {
  const value = entry.value.toLowerCase();
  if (value === "true") return true;
  if (value === "false") return false;
  throw wrongValue(entry, "true or false");
}

/** `yes` or `no`, and for whoever mixes them up `true` or `false`, in any case. */
export function parseYesNo(entry: ConfigEntry): boolean {
  const value = entry.value.toLowerCase();
  if (value === "yes" || value === "true") return true;
  if (value === "no" || value === "false") return false;
  throw wrongValue(entry, "yes or no");
}

/** One of a few words, compared without regard to case; answers it as it stands in `words`. */
export function parseWord<Word extends string>(entry: ConfigEntry, words: readonly Word[]): Word {
  const found = words.find((word) => word.toLowerCase() === entry.value.toLowerCase());
  if (found !== undefined) return found;
  const list = words.map((word) => (word === "" ? "nothing" : word));
  throw wrongValue(entry, list.length === 1 ? list[0]! : `${list.slice(0, -1).join(", ")} or ${list.at(-1)}`);
}

/** Words separated by commas; blanks around them and empty ones are dropped. */
export function parseList(entry: ConfigEntry): readonly string[] {
  return entry.value
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

const SIZE_UNITS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 1024,
  kb: 1024,
  m: 1024 ** 2,
  mb: 1024 ** 2,
  g: 1024 ** 3,
  gb: 1024 ** 3,
  t: 1024 ** 4,
  tb: 1024 ** 4,
};

/** An amount of bytes: `4096`, `64k`, `512 MB`, `1.5g`. Units count in 1024s; a bare number is bytes. */
export function parseSize(entry: ConfigEntry): number {
  return parseWithUnit(entry, SIZE_UNITS, "an amount of bytes such as 4096, 64k, 512m or 4g");
}

const DURATION_UNITS: Readonly<Record<string, number>> = {
  "": 1,
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A span of time in milliseconds: `500`, `500ms`, `30s`, `5m`, `2h`, `1d`. A bare number is milliseconds. */
export function parseDuration(entry: ConfigEntry): number {
  return parseWithUnit(entry, DURATION_UNITS, "a span of time such as 500ms, 30s, 5m, 2h or 1d");
}

function parseWithUnit(entry: ConfigEntry, units: Readonly<Record<string, number>>, expected: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(entry.value);
  const unit = match === null ? undefined : units[match[2]!.toLowerCase()];
  if (match === null || unit === undefined) throw wrongValue(entry, expected);
  const value = Number(match[1]) * unit;
  if (!Number.isInteger(value) || value > Number.MAX_SAFE_INTEGER) throw wrongValue(entry, expected);
  return value;
}
