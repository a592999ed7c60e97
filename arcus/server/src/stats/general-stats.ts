import type { NodeContext } from "../node/node-context.ts";
import { VERSION } from "../version.ts";
import { COUNTER_NAMES } from "./counter-names.ts";
import type { StatLines } from "./stat-lines.ts";

/**
 * What `stats` says of the process and its commands, in the order of arcus-memcached 1.15; `stats aggregate` is this
 * alone. Left out: `libevent`, a library that is not here.
 */
export function addServerStats(lines: StatLines, node: NodeContext): void {
  addProcess(lines, node);
  addConnections(lines, node);
  COUNTER_NAMES.forEach((name, at) => lines.add(name, node.counters.values[at]!));
  lines.add("stat_prefixes", node.counters.details.count);
  lines.add("bytes_read", node.traffic.bytesRead);
  lines.add("bytes_written", node.traffic.bytesWritten);
  lines.add("limit_maxbytes", node.cache.limitBytes);
  lines.add("limit_maxconns", node.settings.connectionsMax);
  // One event loop serves all connections, whatever -t said; `stats settings` has that.
  lines.add("threads", 1);
  lines.add("conn_yields", node.traffic.yields);
}

/** What `stats` says of the cache, behind {@link addServerStats}. */
export function addCacheStats(lines: StatLines, node: NodeContext): void {
  const { cache } = node;
  const { statistics } = cache;
  lines.add("curr_prefixes", cache.prefixes.count);
  lines.add("reclaimed", statistics.reclaimed);
  lines.add("evictions", statistics.evictions);
  lines.add("outofmemorys", statistics.outOfMemory);
  lines.add("sticky_items", statistics.stickyItems);
  lines.add("curr_items", statistics.items);
  lines.add("total_items", statistics.totalItems);
  lines.add("sticky_bytes", statistics.stickyBytes);
  lines.add("bytes", statistics.bytes);
  lines.add("sticky_limit", cache.limits.stickyBytesMax);
  lines.add("engine_maxbytes", cache.limitBytes);
  // Memory of key-value items and of collections' headers that was ever written; elements live on the heap.
  lines.add("engine_malloced", cache.touchedBytes);
}

function addProcess(lines: StatLines, node: NodeContext): void {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  lines.add("pid", process.pid);
  lines.add("uptime", node.uptimeSeconds());
  lines.add("time", node.cache.nowS);
  lines.add("version", VERSION);
  lines.add("pointer_size", process.arch.endsWith("64") ? 64 : 32);
  lines.add("hb_count", node.cloud.heartbeat.count);
  lines.add("hb_latency", node.cloud.heartbeat.latencyMs);
  lines.add("rusage_user", (userCPUTime / 1e6).toFixed(6));
  lines.add("rusage_system", (systemCPUTime / 1e6).toFixed(6));
}

function addConnections(lines: StatLines, { traffic }: NodeContext): void {
  // The one socket that listens.
  lines.add("daemon_connections", 1);
  lines.add("curr_connections", traffic.connections);
  lines.add("quit_connections", traffic.quits);
  lines.add("reject_connections", traffic.rejected);
  lines.add("total_connections", traffic.totalConnections);
  // A connection's memory goes with it, so there are as many as there are connections.
  lines.add("connection_structures", traffic.connections);
}
