import { ConfigError, type ConfigEntry, type ConfigWarning, nearestWord, warningAt } from "@branta/foundation-config";
import { ignoredSettings, isIgnoredSetting } from "./ignored-settings.ts";
import { isMembershipKey } from "./membership.ts";
import { serverSettings } from "./server-settings.ts";
import { propertiesOf } from "./setting.ts";
import { tlsSettings } from "./tls-settings.ts";

/** Where the `ssl.*` keys begin, client side and between servers. */
export const TLS_PREFIXES = { tls: "ssl.", quorumTls: "ssl.quorum." } as const;

const tlsKeys = Object.values(TLS_PREFIXES).flatMap((prefix) =>
  Object.values(tlsSettings).map((setting) => prefix + setting.key),
);
const rows = Object.values(serverSettings);
const knownKeys = new Set<string>([...rows.map((row) => row.key), ...tlsKeys]);
const knownProperties = new Set<string>(rows.flatMap((row) => propertiesOf(row)));
const suggestions = [
  ...knownKeys,
  ...Object.keys(ignoredSettings).filter((key) => !key.endsWith("*")),
  "server.1",
  "authProvider.1",
];

function isKnownKey(key: string): boolean {
  return knownKeys.has(key) || isMembershipKey(key) || key.startsWith("authProvider.") || isIgnoredSetting(key);
}

/** Warns about keys of zoo.cfg that nothing reads; with `strict`, throws at the first one. */
export function warnAboutKeys(entries: readonly ConfigEntry[], strict: boolean): ConfigWarning[] {
  const warnings: ConfigWarning[] = [];
  for (const entry of entries) {
    if (isKnownKey(entry.key) || entry.key === "version") continue;
    const near = nearestWord(entry.key, suggestions);
    const hint = near === null ? "" : `; did you mean "${near}"?`;
    const text = `"${entry.key}" is not a setting that this server knows${hint}`;
    if (strict) throw new ConfigError("unknownKey", text, { key: entry.key, origin: entry.origin });
    warnings.push(warningAt(entry.origin, entry.key, text));
  }
  return warnings;
}

/** Warns about `-Dzookeeper.…` properties that nothing reads, or that only count in zoo.cfg. */
export function warnAboutProperties(entries: Iterable<ConfigEntry>): ConfigWarning[] {
  const warnings: ConfigWarning[] = [];
  for (const entry of entries) {
    if (!entry.key.startsWith("zookeeper.") || knownProperties.has(entry.key)) continue;
    const key = entry.key.slice("zookeeper.".length);
    if (knownKeys.has(key) && !tlsKeys.includes(key)) {
      warnings.push(warningAt(entry.origin, entry.key, `"${entry.key}" has no effect; set "${key}" in zoo.cfg`));
    } else if (!isKnownKey(key)) {
      const near = nearestWord(entry.key, knownProperties);
      const hint = near === null ? "" : `; did you mean "${near}"?`;
      warnings.push(
        warningAt(entry.origin, entry.key, `"${entry.key}" is not a property that this server knows${hint}`),
      );
    }
  }
  return warnings;
}
