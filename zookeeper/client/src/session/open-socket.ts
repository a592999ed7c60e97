import { lookup as systemLookup } from "node:dns/promises";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import { formatHost, type HostAndPort } from "../connection-string.ts";
import { ZooKeeperError } from "../zookeeper-error.ts";
import type { Random } from "./host-list.ts";

/** All addresses a name stands for now. */
export type Lookup = (host: string) => Promise<readonly string[]>;

/** TLS towards the servers: certificates and keys as node:tls takes them. */
export type TlsOptions = Omit<ConnectionOptions, "host" | "port" | "path" | "socket" | "lookup" | "timeout">;

export interface OpenSocketOptions {
  readonly timeoutMs: number;
  readonly tls: TlsOptions | undefined;
  readonly lookup: Lookup;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/** Asks the system's resolver, each time anew: in clouds a name outlives its addresses. */
export async function resolveAddresses(host: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  return (await systemLookup(host, { all: true })).map(({ address }) => address);
}

/**
 * A connected socket to one of the addresses of `target`, drawn at random.
 *
 * @throws ZooKeeperError ConnectionLoss if it cannot be had within the time; Aborted if the signal came first.
 */
export async function openSocket(target: HostAndPort, options: OpenSocketOptions): Promise<Socket> {
  options.signal.throwIfAborted();
  try {
    const addresses = await options.lookup(target.host);
    // Aborted while the name was looked up: an event that has passed calls no listener.
    options.signal.throwIfAborted();
    const address = addresses[Math.floor(options.random() * addresses.length)];
    if (address === undefined) throw new Error(`"${target.host}" has no address`);
    return await connectTo(address, target, options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `Cannot connect to server "${formatHost(target)}": ${reason}`;
    throw new ZooKeeperError("ConnectionLoss", message, { cause: error });
  }
}

function connectTo(address: string, target: HostAndPort, options: OpenSocketOptions): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = dial(address, target, options.tls);
  const giveUp = (error: Error): void => {
    socket.destroy();
    reject(error);
  };
  const onAbort = (): void => giveUp(new Error("the client was closed"));
  const timer = setTimeout(() => giveUp(new Error(`no connection within ${options.timeoutMs} ms`)), options.timeoutMs);
  options.signal.addEventListener("abort", onAbort, { once: true });
  const settle = (): void => {
    clearTimeout(timer);
    options.signal.removeEventListener("abort", onAbort);
  };
  socket.once(options.tls === undefined ? "connect" : "secureConnect", () => {
    socket.removeListener("error", giveUp);
    resolve(socket);
  });
  socket.once("error", giveUp);
  return promise.finally(settle);
}

function dial(address: string, target: HostAndPort, tls: TlsOptions | undefined): Socket {
  const where = { host: address, port: target.port, noDelay: true };
  if (tls === undefined) return connectTcp(where);
  // The certificate is checked against the name the user wrote, not against the address it stands for.
  const servername = isIP(target.host) === 0 ? { servername: target.host } : {};
  const socket = connectTls({ ...servername, ...tls, ...where });
  socket.setNoDelay(true);
  return socket;
}
