/** One import of a file: what it names, where, and whether only types come through it. */
export interface ImportSpecifier {
  readonly specifier: string;
  readonly line: number;
  readonly typeOnly: boolean;
}

const STATIC_IMPORT = /^(?:import|export)\s+(type\s)?[^"';]*?from\s*"([^"]+)"/gm;
const BARE_IMPORT = /^import\s*"([^"]+)"/gm;
const DYNAMIC_IMPORT = /\bimport\(\s*"([^"]+)"/g;

/** Every module named by the imports, re-exports and dynamic imports of a TypeScript text. */
export function importSpecifiers(text: string): ImportSpecifier[] {
  const found: ImportSpecifier[] = [];
  const add = (index: number, specifier: string, typeOnly: boolean): void => {
    found.push({ specifier, typeOnly, line: text.slice(0, index).split("\n").length });
  };
  for (const match of text.matchAll(STATIC_IMPORT)) add(match.index, match[2] ?? "", match[1] !== undefined);
  for (const match of text.matchAll(BARE_IMPORT)) add(match.index, match[1] ?? "", false);
  for (const match of text.matchAll(DYNAMIC_IMPORT)) add(match.index, match[1] ?? "", false);
  return found;
}

/** The package a specifier belongs to: `@scope/name/sub` → `@scope/name`; null for relative and `node:` ones. */
export function packageOf(specifier: string): string | null {
  if (specifier.startsWith(".") || specifier.startsWith("node:")) return null;
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? null);
}
