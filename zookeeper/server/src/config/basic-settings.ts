import type { SettingTable } from "./setting.ts";

/** Ports, folders, time, sessions: what nearly every zoo.cfg sets. */
// oxfmt-ignore
export const basicSettings = {
  dataDir: { key: "dataDir", property: null, type: "path", default: null, doc: "Folder of the snapshots, and of the transaction log unless `dataLogDir` is set. Required." },
  dataLogDir: { key: "dataLogDir", property: null, type: "path", default: null, doc: "Folder of the transaction log; a disk of its own makes writes faster. Default: `dataDir`." },
  clientPort: { key: "clientPort", property: null, type: "int", min: 0, max: 65_535, default: null, doc: "Port for clients without TLS. Unset: no such port." },
  clientPortAddress: { key: "clientPortAddress", property: null, type: "string", default: null, doc: "Address or host name that `clientPort` listens on. Unset: all addresses." },
  secureClientPort: { key: "secureClientPort", property: null, type: "int", min: 0, max: 65_535, default: null, doc: "Port for clients with TLS. Unset: no such port." },
  secureClientPortAddress: { key: "secureClientPortAddress", property: null, type: "string", default: null, doc: "Address or host name that `secureClientPort` listens on. Unset: all addresses." },
  tickTimeMs: { key: "tickTime", property: null, type: "int", min: 1, default: 3000, doc: "Length of a tick in milliseconds, the unit of sessions and of the ensemble's limits." },
  minSessionTimeoutMs: { key: "minSessionTimeout", property: null, type: "int", min: -1, default: -1, doc: "Shortest session timeout a client can get, milliseconds. -1: two ticks." },
  maxSessionTimeoutMs: { key: "maxSessionTimeout", property: null, type: "int", min: -1, default: -1, doc: "Longest session timeout a client can get, milliseconds. -1: twenty ticks." },
  maxClientConnections: { key: "maxClientCnxns", property: null, type: "int", min: 0, default: 60, doc: "Connections from one IP address; more are closed at once. 0: no limit." },
  maxConnections: { key: "maxCnxns", type: "int", min: 0, default: 0, doc: "Connections in all. 0: no limit." },
  clientPortListenBacklog: { key: "clientPortListenBacklog", property: null, type: "int", min: -1, default: -1, doc: "Connections that may wait to be accepted. -1: the system's default." },
  clientTcpKeepAlive: { key: "clientTcpKeepAlive", type: "boolean", default: false, doc: "TCP keep-alive on client connections." },
  sessionlessConnectionTimeoutMs: { key: "nio.sessionlessCnxnTimeout", type: "int", min: 1, default: 10_000, doc: "How long a connection may stay without a session, milliseconds." },
  localSessionsEnabled: { key: "localSessionsEnabled", property: null, type: "boolean", scope: "ensemble", default: false, doc: "Sessions that only their own server knows, as long as they create no ephemeral node." },
  localSessionsUpgradingEnabled: { key: "localSessionsUpgradingEnabled", property: null, type: "boolean", scope: "ensemble", default: false, doc: "Local sessions become global ones when they create an ephemeral node." },
  extendedTypesEnabled: { key: "extendedTypesEnabled", type: "boolean", default: false, doc: "Nodes with a time to live. Container nodes need no switch." },
  emulate353TtlNodes: { key: "emulate353TTLNodes", type: "boolean", default: false, doc: "Read the encoding of TTL nodes that release 3.5.3 wrote." },
  containerCheckIntervalMs: { key: "znode.container.checkIntervalMs", property: "znode.container.checkIntervalMs", type: "int", min: 1, default: 60_000, doc: "How often empty containers and expired TTL nodes are looked for, milliseconds." },
  containerMaxPerMinute: { key: "znode.container.maxPerMinute", property: "znode.container.maxPerMinute", type: "int", min: 1, default: 10_000, doc: "Containers and TTL nodes removed in a minute at most." },
  containerMaxNeverUsedIntervalMs: { key: "znode.container.maxNeverUsedIntervalMs", property: "znode.container.maxNeverUsedIntervalMs", type: "long", min: 0, default: 0, doc: "Age at which a container that never had a child is removed, milliseconds. 0: never." },
  enforceQuota: { key: "enforceQuota", type: "boolean", default: false, doc: "Refuse writes beyond a hard quota." },
  watchManagerName: { key: "watchManagerName", type: "string", default: "org.apache.zookeeper.server.watch.WatchManager", doc: "Class of Apache's watch table. Branta has one table, as lean as the optimised one; any name is accepted." },
} as const satisfies SettingTable;
