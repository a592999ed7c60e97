// A word, or a text in quotes; a quote inside a word belongs to the word. Blanks are Java's, not Unicode's.
const TOKEN = /[ \t\n\v\f\r]*([^"'][^ \t\n\v\f\r]*|"[^"]*"|'[^']*')[ \t\n\v\f\r]*/g;
const QUOTED = /^(["'])(.*)\1$/s;

/** Splits a command line into words as Apache's client does: `set /a "two words"` → `set`, `/a`, `two words`. */
export function tokenize(line: string): string[] {
  if (line.trim() === "") return [];
  return Array.from(line.matchAll(TOKEN), (match) => {
    const token = match[1] ?? "";
    return QUOTED.exec(token)?.[2] ?? token;
  });
}
