import type { SettingTable } from "./setting.ts";

/** What operators look at a server with. */
// oxfmt-ignore
export const operatorSettings = {
  fourLetterWordList: { key: "4lw.commands.whitelist", type: "list", default: [], doc: "Four-letter words that are answered; `*` means all. `srvr` always is." },
  adminEnableServer: { key: "admin.enableServer", type: "boolean", default: true, doc: "Serve admin commands over HTTP." },
  adminServerAddress: { key: "admin.serverAddress", type: "string", default: "0.0.0.0", doc: "Address of the admin server." },
  adminServerPort: { key: "admin.serverPort", type: "int", min: 0, max: 65_535, default: 8080, doc: "Port of the admin server." },
  adminIdleTimeoutMs: { key: "admin.idleTimeout", type: "int", min: 0, default: 30_000, doc: "An idle admin connection is closed after this, milliseconds." },
  adminCommandUrl: { key: "admin.commandURL", type: "string", default: "/commands", doc: "Path below which the commands are." },
  adminHttpVersion: { key: "admin.httpVersion", type: "int", default: 11, doc: "Jetty's number for the HTTP version; accepted, HTTP/1.1 is spoken." },
  adminPortUnification: { key: "admin.portUnification", type: "boolean", default: false, doc: "HTTP and HTTPS on the admin port, with the `ssl.quorum.` stores." },
  adminForceHttps: { key: "admin.forceHttps", type: "boolean", default: false, doc: "Only HTTPS on the admin port." },
  adminNeedClientAuth: { key: "admin.needClientAuth", type: "boolean", default: false, doc: "Admin clients must show a certificate." },
  adminSnapshotEnabled: { key: "admin.snapshot.enabled", type: "boolean", default: true, doc: "The admin command `snapshot`." },
  adminRestoreEnabled: { key: "admin.restore.enabled", type: "boolean", default: true, doc: "The admin command `restore`." },
  adminRateLimiterIntervalMs: { key: "admin.rateLimiterIntervalInMS", type: "int", min: 0, default: 300_000, doc: "`snapshot` and `restore` run once in this time, milliseconds." },
  metricsProviderClassName: { key: "metricsProvider.className", property: null, type: "string", default: "org.apache.zookeeper.metrics.impl.DefaultMetricsProvider", doc: "`…prometheus.PrometheusMetricsProvider` serves /metrics; `…impl.NullMetricsProvider` counts nothing." },
  metricsHttpHost: { key: "metricsProvider.httpHost", property: null, type: "string", default: "0.0.0.0", doc: "Address of /metrics." },
  metricsHttpPort: { key: "metricsProvider.httpPort", property: null, type: "int", min: 0, max: 65_535, default: 7000, doc: "Port of /metrics." },
  metricsExportJvmInfo: { key: "metricsProvider.exportJvmInfo", property: null, type: "boolean", default: true, doc: "Also export the process's memory, CPU time and the like." },
  metricsRotateSeconds: { key: "metricsProvider.prometheusMetricsSummaryRotateIntervalSeconds", property: null, type: "int", min: 1, default: 60, doc: "Quantiles describe the last one to two of these intervals, seconds." },
  auditEnable: { key: "audit.enable", type: "boolean", default: false, doc: "Log who changed what." },
  auditImplClass: { key: "audit.impl.class", type: "string", default: null, doc: "Java class of Apache's audit logger; accepted, the lines go to the log." },
  legacyBuildDate: { key: "branta.legacyBuildDate", type: "boolean", default: false, doc: "`srvr` and `stat` print the build date as MM/DD/YYYY, as releases before 3.7 did; go-zookeeper's `FLWSrvr` reads no other." },
  logLevel: { key: "branta.logLevel", type: "word", words: ["trace", "debug", "info", "warn", "error", "fatal", "silent"], default: null, doc: "Least level that is logged. Unset: the level in `zookeeper.root.logger`, else info." },
  logFormat: { key: "branta.logFormat", type: "word", words: ["text", "json"], default: "text", doc: "Log lines as Apache writes them, or as JSON." },
  rootLogger: { key: "root.logger", type: "string", default: "INFO,CONSOLE", doc: "log4j's setting as start scripts pass it; its level counts." },
  strictConfig: { key: "strict.config", type: "yesNo", default: false, doc: "Refuse to start when a key is unknown, instead of warning." },
} as const satisfies SettingTable;
