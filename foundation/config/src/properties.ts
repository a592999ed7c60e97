import { Properties as PropertiesFile } from "properties-file/parser";
import type { Origin } from "./config-error.ts";

/** One setting, and where it was written. Key and value carry no surrounding blanks. */
export interface ConfigEntry {
  readonly key: string;
  readonly value: string;
  readonly origin: Origin;
}

/** Something an operator should know about a configuration that is nevertheless usable. */
export interface ConfigWarning {
  readonly key: string | null;
  readonly file: string | null;
  readonly line: number | null;
  /** One line, beginning with the place. */
  readonly message: string;
}

/** What a properties file says. */
export interface Properties {
  /** One entry a key, in file order of the entries that count. */
  readonly entries: readonly ConfigEntry[];
  /** Duplicate keys. */
  readonly warnings: readonly ConfigWarning[];
  /** The entry for a key, or undefined. */
  get(key: string): ConfigEntry | undefined;
}

/** Where line `line` of `file` is. */
export function fileOrigin(file: string, line: number): Origin {
  return { file, line, label: `${file}:${line}` };
}

/** A setting that stands in no file, such as a command line argument. */
export function argumentOrigin(label: string): Origin {
  return { file: null, line: null, label };
}

/** Makes a warning about a place. */
export function warningAt(origin: Origin, key: string | null, text: string): ConfigWarning {
  return { key, file: origin.file, line: origin.line, message: `${origin.label}: ${text}` };
}

/**
 * Parses a Java properties file: `=`, `:` or a blank separates, a backslash continues a line or escapes, `#` and `!`
 * comment. The last of several entries for one key counts, as in Java, and the others are reported as warnings.
 * @param file the name to show in messages
 * @see https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/Properties.html#load(java.io.Reader)
 */
export function parseProperties(text: string, file: string): Properties {
  const byKey = new Map<string, ConfigEntry>();
  const warnings: ConfigWarning[] = [];
  for (const node of new PropertiesFile(text).nodes) {
    if (node.type !== "property") continue;
    const key = node.key.trim();
    const entry = { key, value: node.value.trim(), origin: fileOrigin(file, node.startingLineNumber) };
    const earlier = byKey.get(key);
    if (earlier !== undefined) {
      const text = `"${key}" is set again here to "${entry.value}"; "${earlier.value}" of line ${earlier.origin.line} is not used`;
      warnings.push(warningAt(entry.origin, key, text));
      byKey.delete(key);
    }
    byKey.set(key, entry);
  }
  return { entries: [...byKey.values()], warnings, get: (key) => byKey.get(key) };
}
