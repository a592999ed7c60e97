import { openFileCount, openFileLimit } from "@branta/foundation-observe";
import type { NamespaceQuota, ServerView } from "./server-view.ts";

/** Registers the gauges of a server, in the order in which Apache's `mntr` prints them. Call once for each view. */
export function registerServerGauges(view: ServerView): void {
  const { registry } = view.metrics;
  const { stats } = view;
  const decimal = { decimal: true };
  registry.gauge("ephemerals_count", () => view.ephemeralsCount);
  registry.gauge("num_alive_connections", () => view.connectionCount);
  registry.gauge("avg_latency", () => stats.averageLatencyMs, decimal);
  registry.gauge("outstanding_requests", () => view.outstandingRequests);
  registry.gauge("znode_count", () => view.nodeCount);
  registry.gauge("global_sessions", () => view.globalSessionCount);
  registry.gauge("non_mtls_remote_conn_count", () => stats.nonMtlsRemoteConnectionCount);
  registry.gauge("last_client_response_size", () => stats.clientResponses.lastBytes);
  registry.gauge("packets_sent", () => stats.packetsSent);
  registry.gauge("packets_received", () => stats.packetsReceived);
  registry.gauge("max_client_response_size", () => stats.clientResponses.maxBytes);
  registry.gauge("connection_drop_probability", () => view.connectionDropProbability, decimal);
  registry.gauge("watch_count", () => view.watchCount);
  registry.gauge("auth_failed_count", () => stats.authFailedCount);
  registry.gauge("min_latency", () => stats.minLatencyMs);
  registry.gauge("max_file_descriptor_count", openFileLimit);
  registry.gauge("approximate_data_size", () => view.approximateDataSizeBytes);
  registry.gauge("open_file_descriptor_count", openFileCount);
  registry.gauge("local_sessions", () => view.localSessionCount);
  registry.gauge("uptime", () => Math.trunc(view.uptimeMs));
  registry.gauge("max_latency", () => stats.maxLatencyMs);
  registry.gauge("outstanding_tls_handshake", () => view.outstandingTlsHandshakes);
  registry.gauge("min_client_response_size", () => stats.clientResponses.minBytes);
  registry.gauge("non_mtls_local_conn_count", () => stats.nonMtlsLocalConnectionCount);
  registerQuotaGauges(view);
}

function registerQuotaGauges(view: ServerView): void {
  const quotaGauge = (name: string, read: (quota: NamespaceQuota) => number): void => {
    view.metrics.registry.gaugeSet(name, () =>
      Array.from(view.quotas(), (quota) => [quota.namespace, read(quota)] as const),
    );
  };
  quotaGauge("quota_bytes_limit_per_namespace", (quota) => quota.bytesLimit);
  quotaGauge("quota_count_usage_per_namespace", (quota) => quota.countUsage);
  quotaGauge("quota_count_limit_per_namespace", (quota) => quota.countLimit);
  quotaGauge("quota_bytes_usage_per_namespace", (quota) => quota.bytesUsage);
}
