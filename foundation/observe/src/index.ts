export { Counter, CounterSet } from "./counter.ts";
export { type Gauge, type GaugeSet } from "./gauge.ts";
export { Histogram } from "./histogram.ts";
export {
  createLogger,
  type LogFields,
  type Logger,
  type LoggerOptions,
  type LogLevel,
  silentLogger,
} from "./logger.ts";
export { type Metric, MetricsRegistry } from "./metrics-registry.ts";
export { type MetricsServer, startMetricsServer } from "./metrics-server.ts";
export { openFileCount, openFileLimit, registerProcessMetrics } from "./process-metrics.ts";
export { PROMETHEUS_CONTENT_TYPE, renderPrometheus, type Sample, samplesOf } from "./prometheus-text.ts";
export { Summary, type SummaryDetail, SummarySet } from "./summary.ts";
