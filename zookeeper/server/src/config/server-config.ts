import type { ConfigWarning, HostPort } from "@branta/foundation-config";
import type { EnsembleMember } from "./ensemble-member.ts";
import type { serverSettings } from "./server-settings.ts";
import type { SettingValues } from "./setting.ts";
import type { tlsSettings } from "./tls-settings.ts";

/** What `ssl.*` or `ssl.quorum.*` says. */
export type TlsSettings = SettingValues<typeof tlsSettings>;

/** Where counters go. */
export interface MetricsProviderConfig {
  readonly className: string;
  /** By the class's name: `prometheus` serves /metrics, `null` hides all metrics, anything else only mntr shows. */
  readonly kind: "default" | "prometheus" | "null";
  readonly httpHost: string;
  readonly httpPort: number;
  readonly exportJvmInfo: boolean;
  readonly rotateSeconds: number;
}

type Settings = SettingValues<typeof serverSettings>;

/**
 * How a server is to run: every key of zoo.cfg and every system property, read, checked and completed. Frozen.
 * Fields are documented row by row in the tables of settings (`*-settings.ts`).
 */
export interface ServerConfig extends Omit<
  Settings,
  "dataDir" | "dataLogDir" | "juteMaxBufferExtraSizeBytes" | "maxWriteQueuePollTimeMs" | "logLevel"
> {
  /** The zoo.cfg that was read, null for the positional form. */
  readonly file: string | null;
  /** Its text, which the admin command initial_configuration shows. */
  readonly initialConfiguration: string;
  readonly dataDir: string;
  readonly dataLogDir: string;
  /** Content of `dataDir/myid`; -1 when there is none. */
  readonly serverId: number;
  /** Null when no such port was asked for. */
  readonly clientAddress: HostPort | null;
  readonly secureClientAddress: HostPort | null;
  readonly juteMaxBufferExtraSizeBytes: number;
  readonly maxWriteQueuePollTimeMs: number;
  readonly logLevel: LogLevel;
  /** Whether this is one server of an ensemble. */
  readonly isDistributed: boolean;
  readonly servers: ReadonlyMap<number, EnsembleMember>;
  readonly groups: ReadonlyMap<number, number>;
  readonly weights: ReadonlyMap<number, number>;
  /** The version that the name of the dynamic file ends in, 0 for a configuration that never changed. */
  readonly membershipVersion: number;
  /** The membership as it travels between servers; empty when there are no `server.N` lines. */
  readonly membershipText: string;
  readonly tls: TlsSettings;
  readonly quorumTls: TlsSettings;
  /** `authProvider.N`: N → class name. */
  readonly authProviders: ReadonlyMap<string, string>;
  /** The four-letter words that are answered. */
  readonly fourLetterWords: ReadonlySet<string>;
  readonly metricsProvider: MetricsProviderConfig;
  /** Everything `java -D` would have set, sorted by name. */
  readonly systemProperties: ReadonlyMap<string, string>;
  /** What to log before the server starts. */
  readonly warnings: readonly ConfigWarning[];
}

/** Least level that is logged. */
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";
