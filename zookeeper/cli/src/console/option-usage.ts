import type { OptionSpec } from "./parse-options.ts";

/**
 * A command's usage with a line for each option, sorted, descriptions aligned:
 *
 * ```
 * get [-s] [-w] [-b] [-x] path
 *  -b   Output data in base64 format
 * ```
 */
export function describeOptions(usage: string, options: readonly OptionSpec[]): string {
  if (options.length === 0) return usage;
  const sorted = options.toSorted((one, other) => (one.name.toLowerCase() < other.name.toLowerCase() ? -1 : 1));
  const heads = sorted.map(({ name, takesValue }) => ` -${name}${takesValue === true ? " <arg>" : ""}`);
  const width = Math.max(...heads.map((head) => head.length));
  const lines = sorted.map((option, at) => `${(heads[at] ?? "").padEnd(width)}   ${option.description ?? ""}`);
  return `${[usage, ...lines].join("\n")}\n`;
}
