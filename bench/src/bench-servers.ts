import { ServerProcess, type ServerKind } from "@branta/tests-kit";

/** Starts a server as operators run it: both sync every write to disk, Apache with 1 GB of heap and quiet logs. */
export function startBenchServer(
  kind: ServerKind,
  config: Record<string, string | number> = {},
): Promise<ServerProcess> {
  return ServerProcess.start({
    kind,
    config: { tickTime: 2_000, maxClientCnxns: 0, maxSessionTimeout: 120_000, ...config },
    heapMb: 1_024,
    logLevel: "WARN",
  });
}
