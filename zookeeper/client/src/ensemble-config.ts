import { type HostAndPort, parseConnectionString } from "./connection-string.ts";
import { isZooKeeperError } from "./zookeeper-error.ts";

/** What the node /zookeeper/config says to a client. */
export interface EnsembleConfig {
  /** The zxid of the change that made it; every change has a greater one. */
  readonly version: number;
  /**
   * Where its servers, voters and observers, serve clients; undefined if that is not said of every server: with the
   * port in `clientPort` of each zoo.cfg, a server knows it of itself only.
   */
  readonly servers: readonly HostAndPort[] | undefined;
}

/** Addresses on which a server listens to everybody, and by which nobody reaches it. */
const WILDCARDS: ReadonlySet<string> = new Set(["0.0.0.0", "::", "0:0:0:0:0:0:0:0"]);

/**
 * Reads the configuration of an ensemble: lines `server.N=host:port:port[:role][|…];[host:]port`, and
 * `version=<hexadecimal>`. Lines of other kinds (groups, weights) do not concern clients.
 */
export function parseEnsembleConfig(text: string): EnsembleConfig {
  const lines = text.split("\n").map((line) => line.trim());
  const version = lines.map((line) => /^version=([0-9a-f]+)$/i.exec(line)?.[1]).find((hex) => hex !== undefined);
  const entries = lines.filter((line) => line.startsWith("server."));
  const servers = entries.map(clientAddress).filter((address) => address !== undefined);
  return {
    version: version === undefined ? 0 : Number.parseInt(version, 16),
    servers: servers.length > 0 && servers.length === entries.length ? servers : undefined,
  };
}

/** Undefined if the line does not say where clients are served. */
function clientAddress(line: string): HostAndPort | undefined {
  const value = line.slice(line.indexOf("=") + 1);
  const [ensembleSide = "", clientSide] = value.split(";");
  if (clientSide === undefined || clientSide.trim() === "") return undefined;
  // The first of several addresses, before its ports.
  const serverHost = /^\s*(\[[^\]]+\]|[^:|]+):/.exec(ensembleSide)?.[1];
  const isPortOnly = /^\s*\d+\s*$/.test(clientSide);
  const client = isPortOnly ? undefined : hostAndPort(clientSide.trim());
  if (client !== undefined && !WILDCARDS.has(client.host)) return client;
  if (serverHost === undefined) return undefined;
  return hostAndPort(`${serverHost}:${isPortOnly ? clientSide.trim() : String(client?.port)}`);
}

function hostAndPort(text: string): HostAndPort | undefined {
  try {
    return parseConnectionString(text.replace(/^\//, "")).hosts[0];
  } catch (error) {
    // A line of a later version, say: no reason to end whoever reads it.
    if (isZooKeeperError(error, "InvalidArgument")) return undefined;
    throw error;
  }
}
