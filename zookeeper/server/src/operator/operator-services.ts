import type { Logger, MetricsServer } from "@branta/foundation-observe";
import type { AdminServer, AdminServerOptions } from "./admin-server.ts";
import { startMetricsEndpoint } from "./metrics-endpoint.ts";
import { registerServerGauges } from "./server-gauges.ts";
import type { ServerView } from "./server-view.ts";

/** What runs beside a server for its operators; disposing stops all of it. */
export interface OperatorServices extends AsyncDisposable {
  /** Null when `admin.enableServer` is false. */
  readonly admin: AdminServer | null;
  /** Null unless the Prometheus provider is configured. */
  readonly metrics: MetricsServer | null;
}

/**
 * Registers the server's gauges and starts what the configuration asks for: /metrics and the admin server. Call it
 * once the view can be read; clients may be served already, as loading an HTTP server takes a moment.
 * @throws AdminServerError from a server by itself, or what listening for /metrics throws
 */
export async function startOperatorServices(options: {
  readonly view: ServerView;
  readonly log: Logger;
  readonly tls?: AdminServerOptions["tls"];
}): Promise<OperatorServices> {
  const { view, log } = options;
  registerServerGauges(view);
  const metrics = await startMetricsEndpoint({ view, log });
  try {
    const admin = await startAdmin(options);
    return {
      admin,
      metrics,
      async [Symbol.asyncDispose]() {
        await Promise.all([admin?.[Symbol.asyncDispose](), metrics?.[Symbol.asyncDispose]()]);
      },
    };
  } catch (error) {
    await metrics?.[Symbol.asyncDispose]();
    throw error;
  }
}

async function startAdmin({ view, log, tls }: AdminServerOptions): Promise<AdminServer | null> {
  if (!view.config.adminEnableServer) return null;
  const { AdminServerError, startAdminServer } = await import("./admin-server.ts");
  try {
    return await startAdminServer({ view, log, tls });
  } catch (error) {
    // As in Apache: of several servers on one machine the first has the port, and the others vote all the same.
    if (view.ensemble === null || !(error instanceof AdminServerError)) throw error;
    log.warn(`Going on without an admin server: ${error.message}`);
    return null;
  }
}
