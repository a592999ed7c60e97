import { pathProblem } from "@branta/zookeeper-protocol";
import { ZooKeeperError } from "./zookeeper-error.ts";

/** One server as the connection string names it: a name may stand for several addresses. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** What a connection string says. */
export interface ConnectionString {
  readonly hosts: readonly HostAndPort[];
  /** Absolute path under which everything happens; "" for none. */
  readonly chroot: string;
}

export const DEFAULT_PORT = 2181;

/**
 * Reads `host[:port][,host[:port]…][/chroot]`. IPv6 addresses stand in brackets: `[::1]:2181`.
 *
 * @throws ZooKeeperError InvalidArgument if there is no host, or a port or the chroot is none.
 */
export function parseConnectionString(text: string): ConnectionString {
  const slash = text.indexOf("/");
  const hostsText = slash < 0 ? text : text.slice(0, slash);
  const hosts = hostsText
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => parseHost(part, text));
  if (hosts.length === 0) throw refuse(text, 'it names no server; wanted "host:port[,host:port…][/chroot]"');
  return { hosts, chroot: slash < 0 ? "" : parseChroot(text.slice(slash), text) };
}

/** The connection string of `hosts` and `chroot`. */
export function formatConnectionString({ hosts, chroot }: ConnectionString): string {
  return hosts.map(formatHost).join(",") + chroot;
}

/** `host:port`, with brackets around an IPv6 address. */
export function formatHost({ host, port }: HostAndPort): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function parseHost(part: string, text: string): HostAndPort {
  const bracketed = /^\[([^\]]+)\](?::(.*))?$/.exec(part);
  if (bracketed !== null) return { host: bracketed[1]!, port: parsePort(bracketed[2], text) };
  const colon = part.indexOf(":");
  // Several colons without brackets can only be an IPv6 address without a port.
  if (colon < 0 || colon !== part.lastIndexOf(":")) return { host: part, port: DEFAULT_PORT };
  if (colon === 0) throw refuse(text, `"${part}" has no host before its port`);
  return { host: part.slice(0, colon), port: parsePort(part.slice(colon + 1), text) };
}

function parsePort(port: string | undefined, text: string): number {
  if (port === undefined) return DEFAULT_PORT;
  const number = Number(port);
  if (!/^\d+$/.test(port) || number < 1 || number > 65_535) {
    throw refuse(text, `port "${port}" must be a whole number from 1 to 65535`);
  }
  return number;
}

function parseChroot(chroot: string, text: string): string {
  const trimmed = chroot.replace(/\/+$/, "");
  if (trimmed === "") return "";
  const problem = pathProblem(trimmed);
  if (problem !== null) throw refuse(text, `chroot "${chroot}" is no path: ${problem}`);
  return trimmed;
}

function refuse(text: string, reason: string): ZooKeeperError {
  return new ZooKeeperError("InvalidArgument", `Cannot connect to "${text}": ${reason}`);
}
