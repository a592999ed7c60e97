import { ArcusServerError } from "../server-error.ts";

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/**
 * Reads a whole number, which may end in k, m, g or t for powers of 1024.
 *
 * @throws ArcusServerError badOptionValue when it is none, or out of range
 */
export function numberIn(name: string, text: string, min: number, max: number): number {
  const match = /^(\d{1,15})([kmgt]?)$/i.exec(text);
  const value = match === null ? Number.NaN : Number(match[1]) * UNITS[match[2]!.toLowerCase()]!;
  if (value >= min && value <= max) return value;
  const wanted = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  throw new ArcusServerError("badOptionValue", `Cannot set ${name} to "${text}": wanted is a whole number ${wanted}`);
}
