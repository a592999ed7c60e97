import type { AddressInfo } from "node:net";
import { PROMETHEUS_CONTENT_TYPE } from "./prometheus-text.ts";

/** A running /metrics endpoint; disposing stops it. */
export interface MetricsServer extends AsyncDisposable {
  readonly port: number;
}

/**
 * Serves `GET /metrics`.
 * @param options.port 0 for any free port
 * @throws what listening throws, such as EADDRINUSE
 */
export async function startMetricsServer(options: {
  readonly host: string;
  readonly port: number;
  readonly render: () => string;
}): Promise<MetricsServer> {
  // Only now: as a module it loads all of fetch and WebSocket, 55 ms and 12 MiB that most servers never need.
  const { createServer } = await import("node:http");
  const server = createServer((request, response) => {
    const isKnown = request.url?.split("?", 1)[0] === "/metrics";
    if (!isKnown) response.writeHead(404).end("Not Found\n");
    else if (request.method !== "GET" && request.method !== "HEAD") response.writeHead(405).end();
    else response.writeHead(200, { "content-type": PROMETHEUS_CONTENT_TYPE }).end(options.render());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}
