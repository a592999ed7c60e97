import { ArcusToolError } from "../arcus-tool-error.ts";

/** A server of the ensemble as the list names it. */
export interface ZkServer {
  readonly host: string;
  readonly port: number;
}

const PORT_DEFAULT = 2181;
const PORT_MAX = 65_535;

/**
 * Reads `host:port,host:port`, the value of `-z` and of the variable at the top of arcus.sh. A port may be missing: 2181.
 *
 * @throws ArcusToolError badArgument
 */
export function parseZkList(text: string): readonly ZkServer[] {
  const parts = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const servers = parts.map((part) => parseServer(part, text));
  if (servers.length === 0) throw refuse(text, "it names no server");
  const twice = parts.find((part, at) => parts.indexOf(part) !== at);
  if (twice !== undefined) throw refuse(text, `"${twice}" stands there twice`);
  return servers;
}

/** The list as cache nodes and clients take it. */
export function formatZkList(servers: readonly ZkServer[]): string {
  return servers.map(({ host, port }) => `${host}:${port}`).join(",");
}

function parseServer(part: string, text: string): ZkServer {
  const [host = "", port, ...more] = part.split(":");
  if (more.length > 0 || !/^[\w.-]+$/.test(host)) throw refuse(text, `"${part}" is no host:port`);
  if (port === undefined) return { host, port: PORT_DEFAULT };
  const number = Number(port);
  if (/^\d+$/.test(port) && number >= 1 && number <= PORT_MAX) return { host, port: number };
  throw refuse(text, `port "${port}" must be a number from 1 to ${PORT_MAX}`);
}

function refuse(text: string, reason: string): ArcusToolError {
  return new ArcusToolError("badArgument", `Cannot use the ZooKeeper list "${text}": ${reason}; wanted is host:port,…`);
}
