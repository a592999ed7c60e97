import { wrongValue } from "./value-parsers.ts";
import type { ConfigEntry } from "./properties.ts";

/** A place on the network. `host` null means every address of this machine. */
export interface HostPort {
  readonly host: string | null;
  readonly port: number;
}

/** Largest port number. */
export const PORT_MAX = 65_535;

/** Reads a port written in digits, or answers null. */
export function portOf(text: string): number | null {
  if (!/^\d{1,5}$/.test(text)) return null;
  const port = Number(text);
  return port <= PORT_MAX ? port : null;
}

/**
 * Splits at colons that are not inside the brackets of an IPv6 address; the brackets are taken off.
 * `"[::1]:2888:3888"` gives `["::1", "2888", "3888"]`. Answers null when brackets do not match.
 */
export function splitHostAndPorts(text: string): readonly string[] | null {
  if (!text.startsWith("[")) return text.split(":");
  const close = text.indexOf("]");
  if (close < 0) return null;
  const rest = text.slice(close + 1);
  if (rest !== "" && !rest.startsWith(":")) return null;
  return [text.slice(1, close), ...(rest === "" ? [] : rest.slice(1).split(":"))];
}

/** `host:port`, `[ipv6]:port`, or with `hostOptional` a bare `port`. */
export function parseHostPort(entry: ConfigEntry, options: { readonly hostOptional?: boolean } = {}): HostPort {
  const expected = options.hostOptional === true ? "a port or host:port" : "host:port";
  const parts = splitHostAndPorts(entry.value);
  if (options.hostOptional === true && parts?.length === 1) {
    const port = portOf(parts[0]!);
    if (port !== null) return { host: null, port };
  }
  const port = parts?.length === 2 ? portOf(parts[1]!) : null;
  if (parts === null || port === null || parts[0] === "") throw wrongValue(entry, expected);
  return { host: parts[0]!, port };
}

/** How an address is written: `host:port`, brackets around IPv6, `0.0.0.0` for every address. */
export function formatHostPort({ host, port }: HostPort): string {
  if (host === null) return `0.0.0.0:${port}`;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
