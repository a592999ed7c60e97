import { openFileCount, openFileLimit } from "@branta/foundation-observe";
import { participantsOf } from "../config/membership.ts";
import type { EnsembleView, LeaderView, LearnersView, LearnerView } from "./ensemble-view.ts";
import type { NamespaceQuota, ServerView } from "./server-view.ts";

/** Registers the gauges of a server, in the order in which Apache's `mntr` prints them. Call once for each view. */
export function registerServerGauges(view: ServerView): void {
  const { registry } = view.metrics;
  const { stats } = view;
  const decimal = { decimal: true };
  // Null, so not shown, as long as this server does not lead.
  const leaderGauge = (name: string, read: (leader: LeaderView, voters: ReadonlySet<number>) => number): void => {
    const { ensemble } = view;
    if (ensemble === null) return;
    registry.gauge(name, () => (ensemble.leader === null ? null : read(ensemble.leader, votersOf(ensemble))));
  };
  registry.gauge("ephemerals_count", () => view.ephemeralsCount);
  registry.gauge("num_alive_connections", () => view.connectionCount);
  registry.gauge("avg_latency", () => stats.averageLatencyMs, decimal);
  leaderGauge("min_proposal_size", (leader) => leader.proposalSizes.minBytes);
  registry.gauge("outstanding_requests", () => view.outstandingRequests);
  registry.gauge("znode_count", () => view.nodeCount);
  registry.gauge("global_sessions", () => view.globalSessionCount);
  registry.gauge("non_mtls_remote_conn_count", () => stats.nonMtlsRemoteConnectionCount);
  registry.gauge("last_client_response_size", () => stats.clientResponses.lastBytes);
  registry.gauge("packets_sent", () => stats.packetsSent);
  registry.gauge("packets_received", () => stats.packetsReceived);
  leaderGauge("max_proposal_size", (leader) => leader.proposalSizes.maxBytes);
  registry.gauge("max_client_response_size", () => stats.clientResponses.maxBytes);
  leaderGauge("synced_followers", (leader) => syncedFollowers(leader).length);
  registry.gauge("connection_drop_probability", () => view.connectionDropProbability, decimal);
  registry.gauge("watch_count", () => view.watchCount);
  leaderGauge(
    "synced_non_voting_followers",
    (leader, voters) => syncedFollowers(leader).filter(({ serverId }) => !voters.has(serverId)).length,
  );
  const { ensemble } = view;
  if (ensemble !== null) {
    registry.gauge("synced_observers", () =>
      ensemble.learners === null ? null : observersOf(ensemble.learners).length,
    );
  }
  registry.gauge("auth_failed_count", () => stats.authFailedCount);
  registry.gauge("min_latency", () => stats.minLatencyMs);
  registry.gauge("max_file_descriptor_count", openFileLimit);
  registry.gauge("approximate_data_size", () => view.approximateDataSizeBytes);
  registry.gauge("open_file_descriptor_count", openFileCount);
  leaderGauge("last_proposal_size", (leader) => leader.proposalSizes.lastBytes);
  leaderGauge("pending_syncs", (leader) => leader.pendingSyncs);
  leaderGauge("leader_uptime", (leader) => Math.trunc(leader.uptimeMs));
  registry.gauge("local_sessions", () => view.localSessionCount);
  registry.gauge("uptime", () => Math.trunc(view.uptimeMs));
  registry.gauge("max_latency", () => stats.maxLatencyMs);
  registry.gauge("outstanding_tls_handshake", () => view.outstandingTlsHandshakes);
  leaderGauge("learners", (leader) => [...leader.learners()].length);
  registry.gauge("min_client_response_size", () => stats.clientResponses.minBytes);
  registry.gauge("non_mtls_local_conn_count", () => stats.nonMtlsLocalConnectionCount);
  if (ensemble !== null) registry.gauge("quorum_size", () => votersOf(ensemble).size);
  registerQuotaGauges(view);
}

function votersOf({ membership }: EnsembleView): ReadonlySet<number> {
  return new Set(participantsOf(membership).map(({ id }) => id));
}

function syncedFollowers(leader: LeaderView): readonly LearnerView[] {
  return [...leader.learners()].filter(({ type, isSynced }) => type === "participant" && isSynced);
}

/** Connections of observers that get what is new. */
export function observersOf(view: LearnersView): readonly LearnerView[] {
  return [...view.learners()].filter(({ type, isSynced }) => type === "observer" && isSynced);
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
