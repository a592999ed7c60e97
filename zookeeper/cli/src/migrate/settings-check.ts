import { ConfigError } from "@branta/foundation-config";
import { parseServerConfig } from "@branta/zookeeper-server";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Finding } from "./finding.ts";

/** What Apache does by these settings and Branta does not; without the `-Dzookeeper.` of properties. */
const NOT_SERVED: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^(kerberos\.|security\.|server\.principal|server\.realm|requireKerberosConfig|kinit)/, "Kerberos"],
  [/^quorum\.auth\.kerberos/, "Kerberos between servers"],
];

/**
 * Reads a server's zoo.cfg as Branta would.
 *
 * @param readText reads a file, null when there is none; the disk's unless given
 */
export function settingsChecks(file: string, server: number | null, readText = readFileOrNull): Finding[] {
  try {
    // The file may have been brought here from the server's host: then there is no data directory with a myid.
    const read = (name: string): string | null =>
      readText(name) ?? (basename(name) === "myid" && server !== null ? `${server}\n` : null);
    const { warnings } = parseServerConfig({ file, readText: read });
    const findings = [...warnings.map(({ message }) => warning(message)), ...notServed(readText(file) ?? "")];
    return findings.length > 0 ? findings : [{ level: "ok", check: "settings", text: `Branta serves all of ${file}` }];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const advice = "Branta would not start with it: change it.";
    return [{ level: "stop", check: "settings", text: error.message, advice }];
  }
}

function notServed(text: string): Finding[] {
  const keys = Array.from(text.matchAll(/^\s*([^#!\s=:]+)\s*[=:]/gm), ([, key = ""]) => key);
  return keys.flatMap((key) => {
    const row = NOT_SERVED.find(([pattern]) => pattern.test(key));
    return row === undefined ? [] : [warning(`"${key}" has no effect in Branta: ${row[1]}`)];
  });
}

function warning(text: string): Finding {
  return { level: "warn", check: "settings", text };
}

function readFileOrNull(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
