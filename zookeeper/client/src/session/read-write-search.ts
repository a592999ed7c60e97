import { setTimeout as sleep } from "node:timers/promises";
import type { HostAndPort } from "../connection-string.ts";
import { backoffDelayMs } from "./backoff.ts";
import { connectTimeoutMs } from "./handshake.ts";
import { openSocket } from "./open-socket.ts";
import type { SessionOptions } from "./session-options.ts";

/** Longer than between attempts to connect: this is asked of servers that may be in trouble, and nobody waits for it. */
const PATIENCE = { initialDelayMs: 200, maxDelayMs: 60_000 };

/**
 * Asks the servers in turn, with growing pauses, whether they have a quorum, until one says so.
 *
 * @param servers asked before each question: they may be replaced meanwhile
 * @param isWanted asked before each question; the search ends when it answers false
 * @returns undefined if the search has ended without
 */
export async function searchReadWriteServer(
  servers: () => readonly HostAndPort[],
  options: SessionOptions,
  signal: AbortSignal,
  isWanted: () => boolean,
): Promise<HostAndPort | undefined> {
  for (let attempt = 0; ; attempt++) {
    const hosts = servers();
    const pauseMs = Math.max(1, backoffDelayMs(Math.floor(attempt / hosts.length) + 1, options.random(), PATIENCE));
    await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => {});
    if (signal.aborted || !isWanted()) return undefined;
    const host = hosts[attempt % hosts.length]!;
    const timeoutMs = connectTimeoutMs(options, hosts.length);
    if (await isReadWrite(host, timeoutMs, options, signal).catch(() => false)) return host;
  }
}

/** The four-letter word isro: "rw" of a server with a quorum, "ro" of one without. */
async function isReadWrite(
  host: HostAndPort,
  timeoutMs: number,
  options: SessionOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const { lookup, random, tls } = options;
  const socket = await openSocket(host, { timeoutMs, tls, lookup, random, signal });
  socket.setTimeout(timeoutMs, () => socket.destroy());
  socket.write("isro");
  let answer = "";
  for await (const chunk of socket) {
    answer += String(chunk);
    if (answer.length >= 2) break;
  }
  return answer.startsWith("rw");
}
