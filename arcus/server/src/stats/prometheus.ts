import {
  MetricsRegistry,
  type MetricsServer,
  registerProcessMetrics,
  renderPrometheus,
  startMetricsServer,
} from "@branta/foundation-observe";
import type { NodeContext } from "../node/node-context.ts";
import { VERSION } from "../version.ts";
import { COUNTER_NAMES } from "./counter-names.ts";
import { operations } from "./operations.ts";

type Labels = Readonly<Record<string, string>>;
type Value = number | readonly (readonly [labels: Labels, value: number])[];

/** One metric: name without `arcus_`, type, what it tells, how to read it. */
type Row = readonly [name: string, type: "counter" | "gauge", help: string, read: (node: NodeContext) => Value];

const ROWS: readonly Row[] = [
  ["commands_total", "counter", "Commands by name.", commandCounts],
  ["command_results_total", "counter", "Commands by name and how they ended.", resultCounts],
  ["items", "gauge", "Items, collections among them.", ({ cache }) => cache.statistics.items],
  ["items_stored_total", "counter", "Items stored.", ({ cache }) => cache.statistics.totalItems],
  ["items_bytes", "gauge", "Memory accounted for items and elements.", ({ cache }) => cache.statistics.bytes],
  ["memory_used_bytes", "gauge", "Memory of items and elements against the limit.", ({ cache }) => cache.usedBytes],
  ["memory_limit_bytes", "gauge", "Limit of the memory for items.", ({ cache }) => cache.limitBytes],
  ["index_bytes", "gauge", "Memory of the index of keys, outside the limit.", ({ cache }) => cache.indexBytes],
  ["sticky_items", "gauge", "Items that never go by themselves.", ({ cache }) => cache.statistics.stickyItems],
  ["sticky_bytes", "gauge", "Memory accounted for sticky items.", ({ cache }) => cache.statistics.stickyBytes],
  ["sticky_limit_bytes", "gauge", "Limit of sticky items' memory.", ({ cache }) => cache.limits.stickyBytesMax],
  ["prefixes", "gauge", "Prefixes of keys.", ({ cache }) => cache.prefixes.count],
  ["evictions_total", "counter", "Live items evicted for others.", ({ cache }) => cache.statistics.evictions],
  ["reclaimed_total", "counter", "Dead items that made room.", ({ cache }) => cache.statistics.reclaimed],
  ["out_of_memory_total", "counter", "Refusals for lack of memory.", ({ cache }) => cache.statistics.outOfMemory],
  ["connections", "gauge", "Open connections of clients.", ({ traffic }) => traffic.connections],
  ["connections_limit", "gauge", "Connections allowed.", ({ settings }) => settings.connectionsMax],
  ["connections_total", "counter", "Connections accepted.", ({ traffic }) => traffic.totalConnections],
  ["connections_rejected_total", "counter", "Connections over the limit.", ({ traffic }) => traffic.rejected],
  ["received_bytes_total", "counter", "Bytes from clients.", ({ traffic }) => traffic.bytesRead],
  ["sent_bytes_total", "counter", "Bytes to clients.", ({ traffic }) => traffic.bytesWritten],
  ["uptime_seconds", "gauge", "Time since the node was started.", (node) => node.uptimeSeconds()],
  ["ready", "gauge", "1 when clients are sent here.", ({ cloud }) => Number(!cloud.isConfigured || cloud.isReady)],
  [
    "cloud_connected",
    "gauge",
    "1 with a session in the coordination service.",
    ({ cloud }) => Number(cloud.isConnected),
  ],
  ["heartbeats_total", "counter", "Heartbeats of the node to itself.", ({ cloud }) => cloud.heartbeat.count],
  ["heartbeat_seconds_total", "counter", "Time of all heartbeats.", ({ cloud }) => cloud.heartbeat.latencyMs / 1000],
  ["node_info", "gauge", "Always 1; the version as label.", () => [[{ version: VERSION }, 1]]],
];

/** Everything a node tells, in Prometheus's text format. */
export function renderNodeMetrics(node: NodeContext, processMetrics: MetricsRegistry): string {
  let text = "";
  for (const [name, type, help, read] of ROWS) {
    const value = read(node);
    text += `# HELP arcus_${name} ${help}\n# TYPE arcus_${name} ${type}\n`;
    if (typeof value === "number") text += `arcus_${name} ${value}\n`;
    else for (const [labels, each] of value) text += `arcus_${name}${labelsText(labels)} ${each}\n`;
  }
  return text + renderPrometheus(processMetrics);
}

/**
 * Serves `GET /metrics` of a node.
 * @param address where to listen; port 0 takes any free one
 * @throws what listening throws, such as EADDRINUSE
 */
export async function startNodeMetrics(
  node: NodeContext,
  address: { readonly host: string; readonly port: number },
): Promise<MetricsServer> {
  const processMetrics = new MetricsRegistry();
  registerProcessMetrics(processMetrics);
  return await startMetricsServer({ ...address, render: () => renderNodeMetrics(node, processMetrics) });
}

function commandCounts({ counters }: NodeContext): Value {
  return Object.values(operations).map(({ name, command }) => [{ command: name }, counters.values[command]!] as const);
}

function resultCounts({ counters }: NodeContext): Value {
  return Object.values(operations).flatMap((operation) => {
    const { name, hit, none, miss, bad } = operation;
    return [hit, none, miss, bad]
      .filter((at) => at >= 0)
      .map((at) => {
        // "lop_get_elem_hits" of lop_get: "elem_hits"
        const result = COUNTER_NAMES[at]!.slice(name.length + 1);
        return [{ command: name, result }, counters.values[at]!] as const;
      });
  });
}

/** Values are our own words; none needs escaping. */
function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return `{${pairs.join(",")}}`;
}
