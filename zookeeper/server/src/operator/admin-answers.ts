import { leaderFields, observerFields, votingView, zabState } from "./ensemble-answers.ts";
import { environmentEntries } from "./environment.ts";
import { shownServerId, versionFolder, watchSummary } from "./four-letter-words.ts";
import { formatSocketAddress, hexOfLong } from "./java-format.ts";
import { jsonObject, type JsonValue } from "./admin-json.ts";
import { Decimal, monitorValues } from "./monitor-values.ts";
import type { SizeStats } from "./server-stats.ts";
import type { ConnectionView, ServerView } from "./server-view.ts";
import { fullVersion } from "./version.ts";

/** The fields of an answer, in their order. `error` may be among them. */
export type Fields = ReadonlyMap<string, JsonValue>;

/** Query parameters, the first value of each. */
export type Parameters = Readonly<Record<string, string>>;

/** Makes an answer. */
export type Answer = (view: ServerView, parameters: Parameters) => Fields | Promise<Fields>;

const NOTHING: Fields = new Map();

/** `GET` commands by their primary names, as they are listed. */
export const answers: Readonly<Record<string, Answer>> = {
  configuration,
  connection_stat_reset: (view) => {
    view.resetConnectionStats();
    return NOTHING;
  },
  connections: (view) =>
    jsonObject({
      connections: Array.from(view.connections(), (connection) => connectionInfo(connection, false)),
      secure_connections: Array.from(view.secureConnections(), (connection) => connectionInfo(connection, false)),
    }),
  dirs: async (view) =>
    jsonObject({ datadir_size: await view.dataDirSizeBytes(), logdir_size: await view.logDirSizeBytes() }),
  dump: (view) =>
    jsonObject({
      expiry_time_to_session_ids: new Map(
        Array.from(view.sessionExpiry(), ({ expiresAtMs, sessionIds }) => [String(expiresAtMs), sessionIds] as const),
      ),
      session_id_to_ephemeral_paths: new Map(
        Array.from(view.ephemerals(), ([id, paths]) => [String(id), [...paths]] as const),
      ),
    }),
  environment: (view) => new Map(environmentEntries(view.config)),
  get_trace_mask: (view) => jsonObject({ tracemask: view.traceMask }),
  hash: (view) =>
    jsonObject({
      digests: Array.from(view.digestLog(), ({ zxid, digest, version }) =>
        jsonObject({ zxid, digest: BigInt.asIntN(64, digest), digest_version: version }),
      ),
    }),
  initial_configuration: (view) => jsonObject({ initial_configuration: view.config.initialConfiguration }),
  is_read_only: (view) => jsonObject({ read_only: view.isReadOnly }),
  last_snapshot: (view) => {
    const snapshot = view.lastSnapshot();
    const timestamp = snapshot === null ? -1 : Math.floor(snapshot.writtenAtMs / 1000);
    return jsonObject({ zxid: hexOfLong(snapshot?.zxid ?? -1), timestamp });
  },
  leader: ({ ensemble }) =>
    ensemble === null ? jsonObject({ error: "server is not initialized" }) : leaderFields(ensemble),
  monitor: (view) => new Map(monitorValues(view)),
  observer_connection_stat_reset: (view) => {
    view.ensemble?.learners?.resetObserverStats();
    return NOTHING;
  },
  observers: ({ ensemble }) => observerFields(ensemble?.learners ?? null),
  ruok: () => NOTHING,
  server_stats: serverStats,
  set_trace_mask: setTraceMask,
  stat_reset: (view) => {
    view.stats.reset();
    return NOTHING;
  },
  stats: async (view) =>
    new Map([
      ...(await serverStats(view)),
      ["connections", Array.from(view.connections(), (connection) => connectionInfo(connection, true))],
      ["secure_connections", Array.from(view.secureConnections(), (connection) => connectionInfo(connection, true))],
    ]),
  system_properties: (view) => view.config.systemProperties,
  voting_view: ({ config, ensemble }) =>
    jsonObject({ current_config: ensemble === null ? NOTHING : votingView(config, ensemble) }),
  watch_summary: (view) => {
    const { connections, paths, watches } = watchSummary(view);
    return jsonObject({ num_connections: connections, num_paths: paths, num_total_watches: watches });
  },
  watches: (view) =>
    jsonObject({
      session_id_to_watched_paths: new Map(
        Array.from(view.watchesBySession(), ([id, paths]) => [String(id), [...paths]] as const),
      ),
    }),
  watches_by_path: (view) =>
    jsonObject({
      path_to_session_ids: new Map(Array.from(view.watchesByPath(), ([path, ids]) => [path, [...ids]] as const)),
    }),
  zabstate: (view) =>
    view.ensemble === null ? jsonObject({ voting: false, zabstate: "" }) : zabState(view, view.ensemble),
};

function configuration(view: ServerView): Fields {
  const { config } = view;
  return jsonObject({
    client_port: view.clientPort,
    data_dir: versionFolder(config.dataDir),
    data_log_dir: versionFolder(config.dataLogDir),
    tick_time: config.tickTimeMs,
    max_client_cnxns: config.maxClientConnections,
    min_session_timeout: config.minSessionTimeoutMs,
    max_session_timeout: config.maxSessionTimeoutMs,
    server_id: shownServerId(config),
    client_port_listen_backlog: config.clientPortListenBacklog,
  });
}

function connectionInfo(connection: ConnectionView, brief: boolean): JsonValue {
  const { stats, remoteAddress, remotePort } = connection;
  const head = {
    remote_socket_address: formatSocketAddress(remoteAddress, remotePort).slice(1),
    interest_ops: connection.interestOps,
    outstanding_requests: stats.outstanding,
    packets_received: stats.packetsReceived,
    packets_sent: stats.packetsSent,
  };
  if (brief) return jsonObject(head);
  return jsonObject({
    ...head,
    session_id: connection.sessionId,
    last_operation: stats.lastOperation,
    established: stats.establishedAtMs,
    session_timeout: connection.sessionTimeoutMs,
    last_cxid: stats.lastCxid,
    last_zxid: stats.lastZxid,
    last_response_time: stats.lastResponseAtMs,
    last_latency: stats.lastLatencyMs,
    min_latency: stats.minLatencyMs,
    avg_latency: stats.averageLatencyMs,
    max_latency: stats.maxLatencyMs,
  });
}

function sizes(stats: SizeStats): JsonValue {
  return jsonObject({
    last_buffer_size: stats.lastBytes,
    min_buffer_size: stats.minBytes,
    max_buffer_size: stats.maxBytes,
  });
}

async function serverStats(view: ServerView): Promise<Fields> {
  const { stats } = view;
  const leader = view.ensemble?.leader ?? null;
  return jsonObject({
    version: fullVersion(view.config),
    read_only: view.isReadOnly,
    server_stats: jsonObject({
      packets_sent: stats.packetsSent,
      packets_received: stats.packetsReceived,
      fsync_threshold_exceed_count: stats.fsyncThresholdExceedCount,
      client_response_stats: sizes(stats.clientResponses),
      data_dir_size: await view.dataDirSizeBytes(),
      log_dir_size: await view.logDirSizeBytes(),
      provider_null: false,
      last_processed_zxid: view.lastProcessedZxid,
      outstanding_requests: view.outstandingRequests,
      server_state: view.mode,
      avg_latency: new Decimal(stats.averageLatencyMs),
      max_latency: stats.maxLatencyMs,
      min_latency: stats.minLatencyMs,
      num_alive_client_connections: view.connectionCount,
      uptime: Math.trunc(view.uptimeMs),
      auth_failed_count: stats.authFailedCount,
      non_mtlsremote_conn_count: stats.nonMtlsRemoteConnectionCount,
      non_mtlslocal_conn_count: stats.nonMtlsLocalConnectionCount,
    }),
    client_response: sizes(stats.clientResponses),
    ...(leader === null ? {} : { proposal_stats: sizes(leader.proposalSizes) }),
    node_count: view.nodeCount,
  });
}

function setTraceMask(view: ServerView, parameters: Parameters): Fields {
  const text = parameters["traceMask"];
  const complaint = "setTraceMask requires long traceMask argument";
  if (text === undefined) return jsonObject({ error: complaint });
  if (!/^[+-]?\d+$/.test(text)) return jsonObject({ error: `${complaint}, got ${text}` });
  view.traceMask = BigInt.asIntN(64, BigInt(text));
  return jsonObject({ tracemask: view.traceMask });
}
