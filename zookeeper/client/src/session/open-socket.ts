import { lookup as systemLookup } from "node:dns/promises";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import { formatHost, type HostAndPort } from "../connection-string.ts";
import { ZooKeeperError } from "../zookeeper-error.ts";
import type { Random } from "./move.ts";

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
 * @throws ZooKeeperError ConnectionLoss if it cannot be had within the time, or the signal comes first.
 */
export async function openSocket(target: HostAndPort, options: OpenSocketOptions): Promise<Socket> {
  const patience = new AbortController();
  const giveUp = (reason: string): void => patience.abort(new Error(reason));
  const onAbort = (): void => giveUp("the client was closed");
  const timer = setTimeout(() => giveUp(`no connection within ${options.timeoutMs} ms`), options.timeoutMs);
  options.signal.addEventListener("abort", onAbort, { once: true });
  if (options.signal.aborted) onAbort();
  try {
    const addresses = await orAbort(options.lookup(target.host), patience.signal);
    const address = addresses[Math.floor(options.random() * addresses.length)];
    if (address === undefined) throw new Error(`"${target.host}" has no address`);
    return await connectTo(address, target, options.tls, patience.signal);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `Cannot connect to server "${formatHost(target)}": ${reason}`;
    throw new ZooKeeperError("ConnectionLoss", message, { cause: error });
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener("abort", onAbort);
  }
}

async function connectTo(
  address: string,
  target: HostAndPort,
  tls: TlsOptions | undefined,
  patience: AbortSignal,
): Promise<Socket> {
  patience.throwIfAborted();
  const socket = dial(address, target, tls);
  const connected = Promise.withResolvers<Socket>();
  socket.once(tls === undefined ? "connect" : "secureConnect", () => connected.resolve(socket));
  socket.once("error", connected.reject);
  try {
    await orAbort(connected.promise, patience);
    socket.removeListener("error", connected.reject);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** What `promise` comes to, or the reason of the abort if that comes first. */
async function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason as Error);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
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
