import { isAbsolute } from "node:path";
import {
  ConfigError,
  type ConfigEntry,
  type ConfigWarning,
  type HostPort,
  type Properties,
  warningAt,
} from "@branta/foundation-config";
import { TLS_PREFIXES, warnAboutKeys, warnAboutProperties } from "./config-warnings.ts";
import { checkMembership } from "./check-membership.ts";
import { enabledFourLetterWords } from "./four-letter-whitelist.ts";
import { membershipText } from "./membership-text.ts";
import { membershipWarnings } from "./membership-warnings.ts";
import { isMembershipKey, type Membership, parseMembership } from "./membership.ts";
import { readServerId } from "./read-server-id.ts";
import { type Lookup, readSettings } from "./read-setting.ts";
import type { LogLevel, MetricsProviderConfig, ServerConfig, TlsSettings } from "./server-config.ts";
import { serverSettings } from "./server-settings.ts";
import type { SettingValues } from "./setting.ts";
import { tlsSettings } from "./tls-settings.ts";

type Settings = SettingValues<typeof serverSettings>;

/** A configuration taken apart into entries. */
export interface ConfigParts {
  readonly file: string | null;
  readonly text: string;
  readonly cfg: Properties;
  /** The file that `dynamicConfigFile` names. */
  readonly dynamic?: Properties;
  /** `-D` properties by name; the rest of zoo.cfg is added to them. */
  readonly systemProperties: Map<string, ConfigEntry>;
  readonly readText: (file: string) => string | null;
}

/** Turns entries into a {@link ServerConfig}: reads every setting, checks them against each other, fills in the rest. */
export function completeServerConfig(parts: ConfigParts): ServerConfig {
  const { cfg, systemProperties } = parts;
  const propertyWarnings = warnAboutProperties(systemProperties.values());
  exportToProperties(cfg.entries, systemProperties);
  const inProperties: Lookup = (name) => systemProperties.get(name);
  const settings = readSettings(serverSettings, (key) => cfg.get(key), inProperties);
  const warnings = [
    ...cfg.warnings,
    ...propertyWarnings,
    ...warnAboutKeys(cfg.entries, settings.strictConfig),
    ...warnAboutPaths(cfg),
  ];
  if (settings.dataDir === null) {
    throw new ConfigError(
      "missing",
      `${parts.file ?? "zoo.cfg"}: dataDir is not set, expected the folder for the data`,
    );
  }
  checkConflicts(settings, cfg);
  const membership = readMembership(parts, settings);
  const serverId = readServerId(settings.dataDir, parts.readText);
  const { file } = parts;
  const isDistributed = checkMembership(membership, settings, { file, serverId });
  if (isDistributed) warnings.push(...membershipWarnings(membership, settings, { file, serverId }));
  return freeze({
    ...settings,
    ...resolve(settings, warnings, cfg),
    ...readClientAddresses(settings, membership, serverId),
    file,
    initialConfiguration: parts.text,
    dataDir: settings.dataDir,
    dataLogDir: settings.dataLogDir ?? settings.dataDir,
    serverId,
    isDistributed,
    servers: membership.members,
    groups: membership.groups,
    weights: membership.weights,
    membershipVersion: membership.version,
    membershipText: membership.members.size === 0 ? "" : membershipText(membership),
    tls: readTls(TLS_PREFIXES.tls, inProperties),
    quorumTls: readTls(TLS_PREFIXES.quorumTls, inProperties),
    authProviders: readAuthProviders(systemProperties),
    metricsProvider: readMetricsProvider(settings),
    systemProperties: sortedValues(systemProperties),
    warnings,
  });
}

/** What Apache's parser does not read itself becomes the system property `zookeeper.<key>`, over one given by -D. */
function exportToProperties(entries: readonly ConfigEntry[], systemProperties: Map<string, ConfigEntry>): void {
  const readByParser = new Set<string>(
    Object.values(serverSettings)
      .filter((row) => "property" in row && row.property === null)
      .map((row) => row.key),
  );
  for (const entry of entries) {
    if (readByParser.has(entry.key) || isMembershipKey(entry.key) || entry.key.startsWith("metricsProvider.")) continue;
    systemProperties.set(`zookeeper.${entry.key}`, entry);
  }
}

function checkConflicts(settings: Settings, cfg: Properties): void {
  const conflict = (key: string, message: string): never => {
    throw new ConfigError("conflict", message, { key, origin: cfg.get(key)?.origin });
  };
  if (settings.clientPortAddress !== null && settings.clientPort === null) {
    conflict("clientPortAddress", "clientPortAddress is set and clientPort is not, expected both");
  }
  if (settings.secureClientPortAddress !== null && settings.secureClientPort === null) {
    conflict("secureClientPortAddress", "secureClientPortAddress is set and secureClientPort is not, expected both");
  }
  const [min, max] = sessionTimeouts(settings);
  if (min > max) {
    const key = settings.minSessionTimeoutMs === -1 ? "maxSessionTimeout" : "minSessionTimeout";
    conflict(key, `minSessionTimeout "${min}" is larger than maxSessionTimeout "${max}", expected the reverse`);
  }
  const needs = (key: string, is: boolean, needed: string, isNeeded: boolean): void => {
    if (is && !isNeeded) conflict(key, `${key} is true and ${needed} is not, expected both`);
  };
  const { quorumSaslEnabled, quorumServerRequireSasl, quorumLearnerRequireSasl } = settings;
  needs("quorum.auth.serverRequireSasl", quorumServerRequireSasl, "quorum.auth.enableSasl", quorumSaslEnabled);
  needs("quorum.auth.learnerRequireSasl", quorumLearnerRequireSasl, "quorum.auth.enableSasl", quorumSaslEnabled);
  needs(
    "quorum.auth.serverRequireSasl",
    quorumServerRequireSasl,
    "quorum.auth.learnerRequireSasl",
    quorumLearnerRequireSasl,
  );
}

function sessionTimeouts({ tickTimeMs, minSessionTimeoutMs, maxSessionTimeoutMs }: Settings): [number, number] {
  const min = minSessionTimeoutMs === -1 ? tickTimeMs * 2 : minSessionTimeoutMs;
  const max = maxSessionTimeoutMs === -1 ? tickTimeMs * 20 : maxSessionTimeoutMs;
  return [min, max];
}

/** Values that depend on other values, and values that Apache corrects instead of refusing. */
function resolve(settings: Settings, warnings: ConfigWarning[], cfg: Properties) {
  const atLeast = (field: "snapCount" | "autopurgeSnapRetainCount", key: string, least: number): number => {
    const value = settings[field];
    if (value >= least) return value;
    const origin = cfg.get(key)?.origin ?? { file: null, line: null, label: "command line" };
    warnings.push(warningAt(origin, key, `${key} is "${value}"; ${least} is used, the least that is possible`));
    return least;
  };
  const [minSessionTimeoutMs, maxSessionTimeoutMs] = sessionTimeouts(settings);
  return {
    minSessionTimeoutMs,
    maxSessionTimeoutMs,
    snapCount: atLeast("snapCount", "snapCount", 2),
    autopurgeSnapRetainCount: atLeast("autopurgeSnapRetainCount", "autopurge.snapRetainCount", 3),
    maxWriteQueuePollTimeMs: settings.maxWriteQueuePollTimeMs ?? Math.trunc(settings.flushDelayMs / 3),
    juteMaxBufferExtraSizeBytes: Math.max(1024, settings.juteMaxBufferExtraSizeBytes ?? settings.juteMaxBufferBytes),
    logLevel: settings.logLevel ?? levelOfRootLogger(settings.rootLogger),
    fourLetterWords: enabledFourLetterWords(settings.fourLetterWordList, settings.readOnlyModeEnabled),
  };
}

function levelOfRootLogger(text: string): LogLevel {
  const level = text.split(",", 1)[0]!.trim().toLowerCase();
  const levels: readonly LogLevel[] = ["trace", "debug", "info", "warn", "error", "fatal"];
  if (level === "off") return "silent";
  if (level === "all") return "trace";
  return levels.find((known) => known === level) ?? "info";
}

function readClientAddresses(settings: Settings, membership: Membership, serverId: number) {
  const address = (port: number | null, host: string | null): HostPort | null =>
    port === null ? null : { host: host === "0.0.0.0" ? null : host, port };
  const own = membership.members.get(serverId);
  const fromFile = address(settings.clientPort, settings.clientPortAddress);
  const secureFromFile = address(settings.secureClientPort, settings.secureClientPortAddress);
  return {
    clientAddress: own?.clientAddress ?? fromFile,
    secureClientAddress: own?.secureClientAddress ?? secureFromFile,
  };
}

function readMembership({ cfg, dynamic }: ConfigParts, settings: Settings): Membership {
  if (dynamic === undefined) return parseMembership(cfg.entries, settings.multiAddressEnabled);
  const misplaced = cfg.entries.find((entry) => isMembershipKey(entry.key));
  if (misplaced !== undefined) {
    throw new ConfigError(
      "conflict",
      `${misplaced.key} stands here, expected in "${settings.dynamicConfigFile}" only`,
      {
        key: misplaced.key,
        origin: misplaced.origin,
      },
    );
  }
  const strange = dynamic.entries.find((entry) => !isMembershipKey(entry.key));
  if (strange !== undefined) {
    throw new ConfigError("unknownKey", `"${strange.key}" stands here, expected only server.N, group.N and weight.N`, {
      key: strange.key,
      origin: strange.origin,
    });
  }
  const version = versionOfFileName(settings.dynamicConfigFile ?? "");
  return { ...parseMembership(dynamic.entries, settings.multiAddressEnabled), version };
}

/** What stands behind the last dot when that is a hexadecimal number: `zoo.cfg.dynamic.100000002`. */
function versionOfFileName(name: string): number {
  const suffix = name.slice(name.lastIndexOf(".") + 1);
  return name.includes(".") && /^[0-9a-f]+$/i.test(suffix) ? Number.parseInt(suffix, 16) : 0;
}

function readTls(prefix: string, inProperties: Lookup): TlsSettings {
  const withPrefix: Lookup = (name) => inProperties(`zookeeper.${prefix}${name.slice("zookeeper.".length)}`);
  return readSettings(tlsSettings, () => undefined, withPrefix);
}

function readAuthProviders(systemProperties: ReadonlyMap<string, ConfigEntry>): ReadonlyMap<string, string> {
  const prefix = "zookeeper.authProvider.";
  const found = [...systemProperties].filter(([name]) => name.startsWith(prefix));
  return new Map(found.map(([name, entry]) => [name.slice(prefix.length), entry.value]));
}

function readMetricsProvider(settings: Settings): MetricsProviderConfig {
  const className = settings.metricsProviderClassName;
  const simpleName = className.slice(className.lastIndexOf(".") + 1);
  const kinds = { PrometheusMetricsProvider: "prometheus", NullMetricsProvider: "null" } as const;
  return {
    className,
    kind: kinds[simpleName as keyof typeof kinds] ?? "default",
    httpHost: settings.metricsHttpHost,
    httpPort: settings.metricsHttpPort,
    exportJvmInfo: settings.metricsExportJvmInfo,
    rotateSeconds: settings.metricsRotateSeconds,
  };
}

function warnAboutPaths(cfg: Properties): ConfigWarning[] {
  const warnings: ConfigWarning[] = [];
  for (const key of ["dataDir", "dataLogDir"]) {
    const entry = cfg.get(key);
    if (entry === undefined || isAbsolute(entry.value) || entry.value.startsWith(".")) continue;
    const text = `${key} "${entry.value}" is taken from the working folder; begin with ./ to say that you mean it`;
    warnings.push(warningAt(entry.origin, key, text));
  }
  return warnings;
}

function sortedValues(entries: ReadonlyMap<string, ConfigEntry>): ReadonlyMap<string, string> {
  return new Map(
    [...entries].map(([name, entry]) => [name, entry.value] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function freeze(config: ServerConfig): ServerConfig {
  for (const value of Object.values(config)) if (typeof value === "object" && value !== null) Object.freeze(value);
  return Object.freeze(config);
}
