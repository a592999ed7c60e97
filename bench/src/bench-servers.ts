import { Ensemble, ServerProcess, type ServerKind, type ServerOptions } from "@branta/tests-kit";

type Config = Record<string, string | number>;

/** As operators run it: both sync every write to disk, Apache with 1 GB of heap and quiet logs. */
function options(kind: ServerKind, config: Config): ServerOptions {
  return {
    kind,
    config: { tickTime: 2_000, maxClientCnxns: 0, maxSessionTimeout: 120_000, ...config },
    heapMb: 1_024,
    logLevel: "WARN",
  };
}

/** Starts a server by itself. */
export function startBenchServer(kind: ServerKind, config: Config = {}): Promise<ServerProcess> {
  return ServerProcess.start(options(kind, config));
}

/** Starts a server by itself, or an ensemble. */
export async function startBenchServers(
  kind: ServerKind,
  members: number,
): Promise<AsyncDisposable & { readonly servers: readonly ServerProcess[] }> {
  if (members > 1) return Ensemble.start({ ...options(kind, {}), kind, count: members });
  const server = await startBenchServer(kind);
  return { servers: [server], [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}
