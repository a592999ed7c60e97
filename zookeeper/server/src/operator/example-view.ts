import { parseServerConfig } from "../config/parse-server-config.ts";
import { ConnectionStats } from "./connection-stats.ts";
import { ServerMetrics } from "./server-metrics.ts";
import { ServerStats } from "./server-stats.ts";
import type { ConnectionView, ServerView } from "./server-view.ts";

/** A session id as it stands in the recorded answers of a real server. */
export const EXAMPLE_SESSION = 0x1000_016e_f220_000n;

/** The connection of {@link EXAMPLE_SESSION} after ten requests. */
export function exampleConnection(): ConnectionView {
  const stats = new ConnectionStats(1_795_261_569_266);
  stats.packetsReceived = 10;
  stats.packetsSent = 11;
  for (const latencyMs of [49, 0, 10, 2]) stats.recordResponse(9, 5, "GETD", 1_551_573 - latencyMs, 1_551_573);
  return {
    remoteAddress: "127.0.0.1",
    remotePort: 50_600,
    sessionId: EXAMPLE_SESSION,
    sessionTimeoutMs: 30_000,
    interestOps: 1,
    stats,
  };
}

/** The connection that asks a four-letter word. */
export function askingConnection(): ConnectionView {
  const stats = new ConnectionStats(1_795_261_569_300);
  stats.packetsReceived = 1;
  return { remoteAddress: "127.0.0.1", remotePort: 56_864, sessionId: 0n, sessionTimeoutMs: 0, interestOps: 0, stats };
}

function exampleStats(metrics: ServerMetrics): ServerStats {
  const stats = new ServerStats(metrics, 0);
  stats.packetsReceived = 14;
  stats.packetsSent = 17;
  for (const latencyMs of [1, 3, 13, 49]) stats.recordLatency(latencyMs, latencyMs > 3);
  return stats;
}

/**
 * A server for tests, with one session, two ephemeral nodes and three watches, as an Apache server was recorded.
 * @param serverId the content of myid, null for a server without such a file
 */
export function exampleView(
  zooCfg = "",
  overrides: Partial<ServerView> = {},
  serverId: number | null = null,
): ServerView {
  const metrics = new ServerMetrics();
  const stats = exampleStats(metrics);
  const text = `dataDir=/srv/zk\ntickTime=2000\nclientPort=33181\n4lw.commands.whitelist=*\n${zooCfg}`;
  return {
    isServing: true,
    isReadOnly: false,
    mode: "standalone",
    ensemble: null,
    config: parseServerConfig({ text, readText: () => (serverId === null ? null : String(serverId)) }),
    stats,
    metrics,
    uptimeMs: 5456,
    clientPort: 33_181,
    secureClientPort: -1,
    outstandingRequests: 0,
    lastProcessedZxid: 5,
    connectionCount: 2,
    nodeCount: 8,
    watchCount: 5,
    ephemeralsCount: 2,
    approximateDataSizeBytes: 66,
    globalSessionCount: 1,
    localSessionCount: 0,
    connectionDropProbability: 0,
    outstandingTlsHandshakes: 0,
    traceMask: 306n,
    dataDirSizeBytes: async () => 478,
    logDirSizeBytes: async () => 67_109_358,
    connections: () => [exampleConnection(), askingConnection()],
    secureConnections: () => [],
    globalSessions: () => [[EXAMPLE_SESSION, 20_000]],
    sessionExpiry: () => [{ expiresAtMs: 1_795_261_600_000, sessionIds: [EXAMPLE_SESSION] }],
    connectionExpiry: () => [
      { expiresAtMs: 1_795_261_608_000, connections: [exampleConnection()] },
      { expiresAtMs: 1_795_261_588_000, connections: [askingConnection()] },
    ],
    ephemerals: () => [[EXAMPLE_SESSION, ["/app/e1", "/app/e2"]]],
    watchesByPath: () => ["/app/e1", "/app", "/zzz"].map((path) => [path, [EXAMPLE_SESSION]] as const),
    watchesBySession: () => [[EXAMPLE_SESSION, ["/app/e1", "/app", "/zzz"]]],
    digestLog: () => [
      { zxid: 0x80, digest: 1_371_985_504n, version: 2 },
      { zxid: 0x100, digest: 2n ** 64n - 1n, version: 2 },
    ],
    lastSnapshot: () => ({ zxid: 0x1a, writtenAtMs: 1_795_261_521_999 }),
    quotas: () => [{ namespace: "app", countLimit: 10, bytesLimit: 1000, countUsage: 3, bytesUsage: 30 }],
    resetConnectionStats: () => {},
    takeSnapshot: () => Promise.reject(new Error("no disk")),
    restore: () => Promise.reject(new Error("no disk")),
    authenticate: (scheme, credential) =>
      scheme === "digest" && credential !== null ? [{ scheme, id: credential.toString() }] : null,
    rootAclPermits: (ids) => ids.some(({ id }) => id === "super:secret"),
    ...overrides,
  };
}
