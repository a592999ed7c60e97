import {
  type Logger,
  type MetricsServer,
  registerProcessMetrics,
  renderPrometheus,
  startMetricsServer,
} from "@branta/foundation-observe";
import type { ServerView } from "./server-view.ts";

/**
 * Serves /metrics when the configuration names Apache's PrometheusMetricsProvider; answers null otherwise.
 * @throws what listening throws; Apache ends with status 1 then
 */
export async function startMetricsEndpoint(options: {
  readonly view: ServerView;
  readonly log: Logger;
}): Promise<MetricsServer | null> {
  const { view, log } = options;
  const { kind, httpHost, httpPort, exportJvmInfo, rotateSeconds } = view.config.metricsProvider;
  if (kind !== "prometheus") return null;
  const { registry } = view.metrics;
  if (exportJvmInfo) registerProcessMetrics(registry);
  let rotatedAtMs = view.uptimeMs;
  const render = (): string => {
    const nowMs = view.uptimeMs;
    if (nowMs - rotatedAtMs >= rotateSeconds * 1000) {
      registry.rotate();
      rotatedAtMs = nowMs;
    }
    return renderPrometheus(registry);
  };
  const server = await startMetricsServer({ host: httpHost, port: httpPort, render });
  log.info(`serving metrics on http://${httpHost}:${server.port}/metrics`);
  return server;
}
