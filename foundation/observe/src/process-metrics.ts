import { readdirSync, readFileSync } from "node:fs";
import { getHeapStatistics } from "node:v8";
import type { MetricsRegistry } from "./metrics-registry.ts";

/** Files that this process holds open, or -1 where the system does not say. */
export function openFileCount(): number {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return -1;
  }
}

/** Files that this process may hold open, or -1 where the system does not say. */
export function openFileLimit(): number {
  try {
    const soft = /^Max open files\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    return soft === undefined || soft === "unlimited" ? -1 : Number(soft);
  } catch {
    return -1;
  }
}

/**
 * Registers the `process_*` gauges that every Prometheus client offers, and V8's heap under the names of the JVM's,
 * so that boards drawn for Java servers show something true.
 */
export function registerProcessMetrics(registry: MetricsRegistry): void {
  const startedAtSeconds = Date.now() / 1000 - process.uptime();
  registry.gauge("process_cpu_seconds_total", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  registry.gauge("process_start_time_seconds", () => startedAtSeconds);
  registry.gauge("process_open_fds", openFileCount);
  registry.gauge("process_max_fds", openFileLimit);
  registry.gauge("process_resident_memory_bytes", () => process.memoryUsage.rss());
  registry.gaugeSet("nodejs_memory_bytes", () => Object.entries(process.memoryUsage()));
  const area = { label: "area" };
  registry.gaugeSet("jvm_memory_bytes_used", () => [["heap", getHeapStatistics().used_heap_size]], area);
  registry.gaugeSet("jvm_memory_bytes_committed", () => [["heap", getHeapStatistics().total_heap_size]], area);
  registry.gaugeSet("jvm_memory_bytes_max", () => [["heap", getHeapStatistics().heap_size_limit]], area);
}
