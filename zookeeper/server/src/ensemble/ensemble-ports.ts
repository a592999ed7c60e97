import type { HostPort } from "@branta/foundation-config";
import { type Clock, type Link, type Listener, type Network, NetworkError } from "@branta/foundation-runtime";
import { ListenError } from "../connection/listen-error.ts";

export interface PortOptions {
  readonly network: Network;
  readonly clock: Clock;
  readonly addresses: readonly HostPort[];
  readonly listenOnAllIps: boolean;
  readonly keepAlive: boolean;
  /** How often to try, {@link RETRY_MS} apart; 0: without end. */
  readonly attemptsMax: number;
  /** The setting to name when a port cannot be had. */
  readonly key: string;
  /** Gives up. */
  readonly signal: AbortSignal;
  onLink(link: Link): void;
  onLog(level: "info" | "warn", message: string): void;
}

/** Apache's, too. */
const RETRY_MS = 1000;

/** Opens the ports of a server that has one address or several; answers all as one, with the first one's number. */
export async function openPorts(options: PortOptions): Promise<Listener> {
  const { addresses, listenOnAllIps } = options;
  const numbers = new Set(addresses.map(({ port }) => port));
  const places = listenOnAllIps ? [...numbers].map((port) => ({ host: null, port })) : addresses;
  const open: Listener[] = [];
  const close = async () => void (await Promise.all(open.map((listener) => listener[Symbol.asyncDispose]())));
  try {
    for (const place of places) open.push(await openPort(place, options));
  } catch (error) {
    await close();
    throw error;
  }
  return { port: open[0]!.port, [Symbol.asyncDispose]: close };
}

/** @throws ListenError */
async function openPort(place: HostPort, options: PortOptions): Promise<Listener> {
  const { network, clock, attemptsMax, signal, key } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await network.listen({
        ...place,
        keepAlive: options.keepAlive,
        onLink: options.onLink,
        onRefused: (error) => options.onLog("warn", error.message),
      });
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      const { host, port } = place;
      const refusal = new ListenError({ host, port, key, cause: error.cause instanceof Error ? error.cause : error });
      if (signal.aborted || (attemptsMax > 0 && attempt >= attemptsMax)) throw refusal;
      options.onLog("warn", `${refusal.message}; trying again in ${RETRY_MS} ms`);
      await pause(clock, RETRY_MS);
    }
  }
}

export function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve));
}

export interface DialAnyOptions {
  readonly network: Network;
  readonly timeoutMs: number;
  readonly keepAlive: boolean;
  readonly signal: AbortSignal;
}

/** Connects to whichever of a server's addresses answers first. @throws NetworkError when none does */
export async function dialAny(addresses: readonly HostPort[], options: DialAnyOptions): Promise<Link> {
  const { network, timeoutMs, keepAlive } = options;
  const found = new AbortController();
  const signal = AbortSignal.any([options.signal, found.signal]);
  const dial = async ({ host, port }: HostPort): Promise<Link> => {
    const link = await network.dial({ host: host ?? "127.0.0.1", port, timeoutMs, keepAlive, signal });
    if (found.signal.aborted) link.destroy();
    found.abort();
    return link;
  };
  try {
    return await Promise.any(addresses.map(dial));
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  }
}
